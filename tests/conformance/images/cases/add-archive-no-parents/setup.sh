mkdir -p d/s; echo f >d/s/f; tar --sort=name --owner=5 --group=6 --numeric-owner --mtime=2004-05-06T07:08:09Z --no-recursion -cf a.tar d/s/f; rm -r d
