echo 1 >f1.txt
