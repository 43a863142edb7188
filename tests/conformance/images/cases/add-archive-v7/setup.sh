mkdir -p d/s; echo f >d/f; echo g >d/s/g; ln -s f d/l; chmod 750 d/s; tar --sort=name --owner=5 --group=6 --numeric-owner --mtime=2004-05-06T07:08:09Z --format=v7 -cf a.tar d; rm -r d
