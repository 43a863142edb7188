mkdir -p d/s; echo f >d/f; echo g >d/s/g
