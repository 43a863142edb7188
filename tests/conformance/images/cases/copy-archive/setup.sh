echo f >f; tar --sort=name --owner=5 --group=6 --numeric-owner --mtime=2004-05-06T07:08:09Z -cf a.tar f; rm f
