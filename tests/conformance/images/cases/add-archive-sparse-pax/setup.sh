truncate -s 1M f; printf end >>f; tar -S --format=posix --owner=0 --group=0 --mtime=2004-05-06 -cf a.tar f; rm f
