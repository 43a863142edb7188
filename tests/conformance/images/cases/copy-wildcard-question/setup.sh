echo 1 >f1.txt; echo 2 >fé.txt; echo 3 >f12.txt; echo 4 >f.txt
