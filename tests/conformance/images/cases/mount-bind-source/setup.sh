mkdir -p d/s; echo f >d/s/f
