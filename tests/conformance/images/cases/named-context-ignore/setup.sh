mkdir ../other; echo f >../other/f; echo g >../other/g; echo g >../other/.dockerignore; echo f >.dockerignore
