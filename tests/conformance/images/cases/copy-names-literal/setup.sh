echo 1 >%C3%A9; echo 2 >a+b
