mkdir d; echo f >d/f; ln -s f d/l; chown -hR 12:34 d
