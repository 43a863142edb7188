mkdir d; for m in 0400 0640 0777 4755 2755 1644 6711 0000; do echo $m >d/$m; chmod $m d/$m; done; mkdir d/sticky d/sgid; chmod 1777 d/sticky; chmod 2755 d/sgid
