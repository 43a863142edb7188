mkdir -p one/s two/s; echo 1 >one/s/f; echo 2 >two/s/f; echo 1 >one/s/g; chmod 700 one/s; chmod 711 two/s
