echo a >a; echo b >b; echo c >c
