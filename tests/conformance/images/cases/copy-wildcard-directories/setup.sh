mkdir -p d1/s d2/s; echo 1 >d1/s/f; echo 2 >d2/s/g; echo 3 >d3
