n=$(printf "%0255d" 7); mkdir -p "d/$n/$n"; echo 1 >"d/$n/$n/f"; ln -s "$n/$n/f" d/l
