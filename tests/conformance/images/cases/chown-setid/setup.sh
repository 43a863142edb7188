echo f >f; chmod 6755 f
