mkdir d; echo f >d/a; ln d/a d/b
