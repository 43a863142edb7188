mkdir d; echo f >d/f; setcap cap_net_bind_service=+ep d/f
