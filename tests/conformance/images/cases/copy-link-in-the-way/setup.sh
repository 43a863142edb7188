mkdir -p d/e; echo f >d/e/f; ln -s d a; ln -s e d/b
