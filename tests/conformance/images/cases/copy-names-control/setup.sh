mkdir d; echo 1 >"d/$(printf "new\nline")"; echo 2 >"d/$(printf "ta\tb")"; echo 3 >'d/back\slash'; mkdir 'd/\'; echo 4 >'d/\/f'
