echo g >g; mkdir d; echo f >d/f
