mkdir -p d/s/t; echo 0 >d/0.txt; echo 1 >d/s/1.txt; echo 2 >d/s/t/2.txt
