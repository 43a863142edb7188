echo f >fa
