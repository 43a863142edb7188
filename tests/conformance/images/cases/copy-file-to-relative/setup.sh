echo hello >f
