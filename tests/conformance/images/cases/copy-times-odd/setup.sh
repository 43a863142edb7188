mkdir d; touch -d 1969-12-31T23:59:58Z d/old; touch -d 2001-01-01T00:00:00.123456789Z d/fraction; touch -d 2001-01-01T00:00:00.999999999Z d/nearly; touch -d @0 d/zero
