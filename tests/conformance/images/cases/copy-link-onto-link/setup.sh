mkdir d; ln -s t d/l
