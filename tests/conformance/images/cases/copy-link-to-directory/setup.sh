mkdir d; echo f >d/f; ln -s f d/inner; ln -s d l
