seq 5000 >f; tar --sort=name --owner=5 --group=6 --numeric-owner --mtime=2004-05-06T07:08:09Z -cf a.tar f; head -c 7000 a.tar | gzip -n >a.tgz; tail -c +7001 a.tar | gzip -n >>a.tgz; rm f a.tar
