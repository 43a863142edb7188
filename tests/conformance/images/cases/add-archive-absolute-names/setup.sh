mkdir d; echo f >d/f; tar -P --owner=0 --group=0 --mtime=2004-05-06 --transform="s,^,/abs/," -cf a.tar d/f; rm -r d
