mkdir -p a/b; echo f >a/b/f; echo g >a/g; chmod 711 a; chmod 750 a/b; touch -d 2002-02-02T00:00:00Z a; printf "a\n!a/b/f\n" >.dockerignore
