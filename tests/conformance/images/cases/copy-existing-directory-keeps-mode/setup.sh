mkdir -p d/sub; echo f >d/sub/f; chmod 711 d d/sub
