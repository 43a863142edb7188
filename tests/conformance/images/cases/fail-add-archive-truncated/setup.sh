seq 100000 >f; tar -cf b.tar f; head -c 100000 b.tar >a.tar; rm f b.tar
