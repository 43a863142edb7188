mkdir -p d/s; echo f >d/f; ln -s f d/l; touch -d 2005-06-07T08:09:10Z d/f; touch -hd 2006-01-01T00:00:00Z d/l; touch -d 2007-01-01T00:00:00Z d/s; touch -d 2008-01-01T00:00:00Z d
