for i in a b c d e; do echo $i >f$i.txt; done
