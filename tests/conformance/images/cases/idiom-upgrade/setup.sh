echo g >g
