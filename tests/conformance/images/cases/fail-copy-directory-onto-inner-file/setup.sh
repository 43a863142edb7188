mkdir -p d/sub; echo f >d/sub/f
