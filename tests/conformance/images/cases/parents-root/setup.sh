mkdir -p a/b/c x; echo 1 >a/b/c/1.txt; echo 2 >a/b/2.txt; echo 3 >a/3.txt; echo 4 >x/4.txt; chmod 711 a; chmod 750 a/b; ln -s a/b l
