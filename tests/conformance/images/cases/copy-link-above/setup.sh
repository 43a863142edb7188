mkdir etc d; echo ours >etc/passwd; ln -s ../../../../etc/passwd d/l; ln -s d/l l
