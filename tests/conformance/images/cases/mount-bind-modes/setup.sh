mkdir d; echo f >d/f; chmod 640 d/f; chmod 750 d; chown -R 7:8 d
