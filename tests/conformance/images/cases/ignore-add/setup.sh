mkdir -p a/b/c logs; for f in f.txt g.md a/f.txt a/b/f.txt a/b/c/f.txt a/b/c/g.md logs/x.log logs/keep.log; do echo $f >$f; done
cat >.dockerignore <<'IGNORE'
*.txt
IGNORE
