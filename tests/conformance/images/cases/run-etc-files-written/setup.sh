echo 10.0.0.1 mine >hosts
