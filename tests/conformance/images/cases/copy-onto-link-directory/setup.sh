echo f >f; echo g >g; mkdir d; echo h >d/h
