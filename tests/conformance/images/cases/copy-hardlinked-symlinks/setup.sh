mkdir d; ln -s t d/a; ln d/a d/b
