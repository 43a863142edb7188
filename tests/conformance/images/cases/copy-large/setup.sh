seq 700000 >f
