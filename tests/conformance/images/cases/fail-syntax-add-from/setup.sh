echo f >f
