mkdir d; echo f >d/f; setfattr -n user.mime -v text/plain d/f; setfattr -n user.bin -v 0x00ff01 d/f; setfattr -n user.dir -v yes d
