#!/usr/bin/env bash
# From a clean clone to a built, cached and run image: installs sharpbuild (./install.sh), then builds examples/hello twice and runs it.
# usage: ./quickstart.sh [--prefix DIR]      as root or as an ordinary user; run it as often as you like
set -euo pipefail
cd "$(dirname "$0")"
. .ci/packages.sh
say() { printf '\n==> %s\n' "$*"; }

case ${1:-} in -h | --help) sed -n '2,3s/^# //p' "$0"; exit ;; esac
if [ "$(id -u)" != 0 ]; then
  need_packages "builds as an ordinary user" uidmap
fi
./install.sh "$@"
prefix=$([ "$(id -u)" = 0 ] && echo /usr/local || echo "$HOME/.local")
case ${1:-} in
  --prefix) prefix=$2 ;;
  --prefix=*) prefix=${1#*=} ;;
esac
export PATH=$prefix/bin:$PATH

say "a base image without registry or daemon: the distribution's static busybox, as a tar, imported as busybox:latest"
rootfs=$(mktemp --suffix .tar)
trap 'rm -f "$rootfs"' EXIT
examples/make-busybox-rootfs.sh "$rootfs"
sharpbuild import "$rootfs" busybox:latest

cd examples/hello
say "sharpbuild -f Dockerfile -t hello .          (in examples/hello)"
sharpbuild -f Dockerfile -t hello .
say "the same again: nothing changed, so every step is CACHED"
sharpbuild -f Dockerfile -t hello .
say "sharpbuild run --rm hello"
sharpbuild run --rm hello

cat <<'NEXT'

==> that was it. What to try next:
    sharpbuild run --rm -it hello sh            a shell in the image
    sharpbuild images                           what is in the store
    sharpbuild -o type=oci,dest=hello.tar examples/hello
    sharpbuild examples/parallel                eight stages at once
    sharpbuild examples/failing                 how a failing step is reported
    sharpbuild --help                           everything else; README.md says where to read on
NEXT
