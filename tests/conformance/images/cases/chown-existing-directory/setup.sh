mkdir -p d/s; echo g >d/s/g
