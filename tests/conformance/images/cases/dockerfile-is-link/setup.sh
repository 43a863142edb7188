mkdir sub; mv Dockerfile sub/real; ln -s sub/real Dockerfile
