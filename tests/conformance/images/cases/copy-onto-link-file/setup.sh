echo new >f
