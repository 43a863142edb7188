mkdir -p d/b d/c; echo f >d/a; echo new >d/c/new; echo l >d/l; tar --sort=name --owner=5 --group=6 --numeric-owner --mtime=2004-05-06T07:08:09Z -C d -cf a.tar a b c l; rm -r d
