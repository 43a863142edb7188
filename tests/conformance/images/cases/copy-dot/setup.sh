mkdir -p d/e; echo f >d/e/f; chmod 711 d; chmod 600 d/e/f; ln -s d/e/f l; ln -s nowhere dangling
