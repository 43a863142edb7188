echo f >f; mkdir d; echo g >d/g; ln -s f lf; ln -s d ld
