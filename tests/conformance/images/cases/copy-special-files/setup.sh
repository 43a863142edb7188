mkdir d; mkfifo -m 640 d/fifo; mknod d/null c 1 3; mknod d/disk b 7 5; perl -MIO::Socket::UNIX -e 'IO::Socket::UNIX->new(Local=>"d/socket",Listen=>1)'
