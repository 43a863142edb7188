: >a.tar.gz
