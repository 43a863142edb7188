n=$(printf "%0200d" 7); mkdir -p "d/$n"; echo f >"d/$n/$n"; ln -s "$n/$n" d/l; tar --sort=name --owner=5 --group=6 --numeric-owner --mtime=2004-05-06T07:08:09Z --format=gnu -cf a.tar d; rm -r d
