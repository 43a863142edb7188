mkdir "d"; echo 1 >"d/$(printf "caf\351")"; echo 2 >"d/$(printf "\377\376")"; mkdir "d/$(printf "dir\200")"; echo 3 >"d/$(printf "dir\200")/f"; ln -s "$(printf "to\351")" d/l
