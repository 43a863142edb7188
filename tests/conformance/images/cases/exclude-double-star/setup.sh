mkdir -p d/s/t; for f in a.txt b.md s/c.txt s/d.png s/t/e.png; do echo $f >d/$f; done; ln -s a.txt d/l.txt
