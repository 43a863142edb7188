mkdir ../other; echo f >../other/f
