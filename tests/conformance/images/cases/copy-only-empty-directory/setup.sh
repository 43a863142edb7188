mkdir d; chmod 700 d
