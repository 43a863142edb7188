echo w >.wh.f; echo k >k; tar --sort=name --owner=5 --group=6 --numeric-owner --mtime=2004-05-06T07:08:09Z -cf a.tar .wh.f k; rm .wh.f k
