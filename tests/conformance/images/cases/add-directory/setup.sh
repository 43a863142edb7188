mkdir -p d/s; echo f >d/f; echo g >d/s/g; ln -s f d/l; chmod 750 d/s; 
