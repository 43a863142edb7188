mkdir -p d/s; echo f >d/f; setfattr -n trusted.secret -v 1 d/f; setfattr -n trusted.overlay.opaque -v y d/s; setfattr -n user.overlay.opaque -v y d/s
