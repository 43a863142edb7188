mkdir -p ../other/d; echo f >../other/f; echo g >../other/d/g; chmod 640 ../other/f; chown 5:6 ../other/f
