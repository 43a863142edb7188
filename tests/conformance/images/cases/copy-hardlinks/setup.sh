mkdir -p d/s; echo f >d/a; ln d/a d/b; ln d/a d/s/c; echo g >d/s/g
