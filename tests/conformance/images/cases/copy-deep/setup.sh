p=d; for i in $(seq 30); do p=$p/$i; done; mkdir -p $p; echo f >$p/f
