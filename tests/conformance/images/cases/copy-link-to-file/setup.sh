echo f >f; ln -s f l
