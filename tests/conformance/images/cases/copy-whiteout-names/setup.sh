mkdir d; echo 1 >d/.whx; echo 2 >d/wh.x
