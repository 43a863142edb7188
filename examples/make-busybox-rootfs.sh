#!/usr/bin/env bash
# Writes the root file system of a tiny image as a tar: the distribution's static busybox with a link for each command.
# usage: make-busybox-rootfs.sh OUT.tar       no root needed; the same bytes every time
set -euo pipefail
out=$(realpath -m "${1:?usage: make-busybox-rootfs.sh OUT.tar}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

find_busybox() {
  local candidate
  for candidate in /bin/busybox /usr/bin/busybox; do
    # A dynamic busybox names its loader behind its headers, and an empty root has none. A static one may name it further on.
    if [ -x "$candidate" ] && ! head -c 4096 "$candidate" | grep -q 'ld-linux'; then
      echo "$candidate"
      return
    fi
  done
  # Fetching and unpacking a package needs no rights, only installing does.
  (cd "$work" && apt-get -o APT::Sandbox::User=root download -qq busybox-static >&2 && dpkg-deb -x busybox-static_*.deb package) || return 1
  find "$work/package" -path '*/bin/busybox' -type f
}
busybox=$(find_busybox) && applets=$("$busybox" --list) || { echo "no static busybox: install the package busybox-static" >&2; exit 1; }

root=$work/root
mkdir -p "$root"/{bin,dev,etc,home,proc,root,run,sys,tmp,usr/bin,usr/sbin,var}
chmod 755 "$root"
chmod 1777 "$root/tmp"
chmod 700 "$root/root"
install -m 755 "$busybox" "$root/bin/busybox"
for applet in $applets; do
  [ "$applet" = busybox ] || ln -s busybox "$root/bin/$applet"
done
printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/home:/bin/false\n' >"$root/etc/passwd"
printf 'root:x:0:\ntty:x:5:\nnogroup:x:65534:\n' >"$root/etc/group"
tar -C "$root" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -cf "$out" .
