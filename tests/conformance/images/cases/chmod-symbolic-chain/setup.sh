echo f >f; mkdir -p d/s; echo g >d/s/g; ln -s g d/s/l; chmod 750 d/s; echo x >d/x; chmod 755 d/x; chmod 604 f
