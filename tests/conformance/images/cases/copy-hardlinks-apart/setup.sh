echo f >a; ln a b
