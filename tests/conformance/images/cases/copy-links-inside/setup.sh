mkdir d; ln -s nowhere d/a; ln -s /etc/passwd d/b; ln -s ../../.. d/c; ln -s . d/d
