mkdir d; echo f >d/f; chmod 700 d; tar --sort=name --owner=5 --group=6 --numeric-owner --mtime=2004-05-06T07:08:09Z -C d -cf a.tar .; rm -r d
