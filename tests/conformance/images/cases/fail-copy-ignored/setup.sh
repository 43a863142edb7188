echo f >f; echo f >.dockerignore
