# sharpbuild as an image, built by sharpbuild: ./pack.sh --output DIR --image sharpbuild.tar
# The native program, the C library and OpenSSL that it loads, and the certificates of the public web: nothing else, not even a shell.
# The context "program" is the directory in which pack.sh has put the program.
FROM debian:bookworm AS system
# apt leaves different bytes behind each time; only files of its packages are copied.
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates libssl3
RUN <<EOF
  set -e
  libraries=usr/lib/x86_64-linux-gnu
  mkdir -p /image/etc/ssl/certs /image/lib64 /image/$libraries /image/tmp
  chmod 1777 /image/tmp
  cp -L /lib64/ld-linux-x86-64.so.2 /image/lib64/
  cd /$libraries
  cp -L libc.so.6 libm.so.6 libdl.so.2 libpthread.so.0 librt.so.1 libgcc_s.so.1 libssl.so.3 libcrypto.so.3 /image/$libraries/
  cp /etc/ssl/certs/ca-certificates.crt /image/etc/ssl/certs/
  echo 'root:x:0:0:root:/root:/sbin/nologin' >/image/etc/passwd
  echo 'root:x:0:' >/image/etc/group
  find /image -exec touch -h -d @0 {} +
EOF

FROM scratch
COPY --from=system /image /
COPY --from=program --chmod=755 sharpbuild /usr/bin/
ENV PATH=/usr/bin
# The store needs a file system of its own: an overlay cannot lie on another one.
VOLUME /var/lib/sharpbuild
ENTRYPOINT ["sharpbuild"]
CMD ["--help"]
