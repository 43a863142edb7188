echo f >f; ln -s b a; ln -s ./c b; ln -s f c
