echo 0 >"arr[0].txt"; echo 1 >arr0.txt
