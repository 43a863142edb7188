mkdir -p var/run; echo f >var/run/a; ln var/run/a var/run/b; tar --sort=name --owner=5 --group=6 --numeric-owner --mtime=2004-05-06T07:08:09Z --no-recursion -cf a.tar var/run/a var/run/b; rm -r var
