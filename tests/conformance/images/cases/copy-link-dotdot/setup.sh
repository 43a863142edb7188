mkdir -p d/e; echo inner >d/f; echo outer >f; ln -s d/e a
