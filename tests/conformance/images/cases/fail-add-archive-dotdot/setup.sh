mkdir d; echo f >d/f; tar -P --owner=0 --group=0 --transform="s,^d,../../out," -cf a.tar d/f; rm -r d
