mkdir -p d/sub; echo a >d/a; echo h >d/.h; echo b >d/sub/b
