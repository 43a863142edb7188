mkdir d; echo f >d/f; tar --owner=5 --group=6 -cf a.tar d; rm -r d
