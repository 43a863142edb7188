mkdir -p usr/local/man; echo f >usr/local/man/f
