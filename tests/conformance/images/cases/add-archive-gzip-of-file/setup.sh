echo f >f; gzip -n f
