#!/usr/bin/env bash
# Does what the README's first minute says on a system that has nothing but the .NET SDK, as root and as an ordinary user, each from a
# clean clone, and says how long it took. A minimal Debian in a directory plays the system; kernel and network are this machine's.
# usage: tests/bare-machine.sh [RELEASE...]      needs root and mmdebstrap; default: bookworm trixie
set -uo pipefail
cd "$(dirname "$0")/.."
[ "$(id -u)" = 0 ] || { echo "bare-machine.sh: run it as root" >&2; exit 2; }
[ $# -gt 0 ] || set -- bookworm trixie
limit=240
sdk=$(dirname "$(readlink -f "$(command -v dotnet)")")
mirror=$(apt-get indextargets --format '$(REPO_URI)' | grep -m1 '/debian/$')
work=$(mktemp -d /var/tmp/bare-machine.XXXXXX)
failed=0

# try ROOT USER   the two commands of the README, in mounts and processes of their own, so that nothing stays behind
try() {
  local begin=$SECONDS home
  home=$([ "$2" = root ] && echo /root || echo "/home/$2")
  git clone -q . "$1$home/sharpbuild"
  mkdir -p "$1$home/.nuget"
  cp -r "$HOME/.nuget/NuGet" "$1$home/.nuget/" 2>/dev/null
  chroot "$1" chown -R "$2:" "$home"
  unshare --mount --pid --fork --kill-child bash -ec '
    root=$1 user=$2 home=$3
    mount --make-rprivate /
    mount --bind "$root" "$root"
    mkdir -p "$root/usr/share/dotnet"
    mount --bind -o ro "$4" "$root/usr/share/dotnet"
    mount -t tmpfs -o mode=755 dev "$root/dev"
    for node in "null 1 3" "zero 1 5" "full 1 7" "random 1 8" "urandom 1 9" "tty 5 0"; do
      read -r name major minor <<<"$node"
      mknod -m 666 "$root/dev/$name" c "$major" "$minor"
    done
    ln -s /proc/self/fd "$root/dev/fd"
    ln -s pts/ptmx "$root/dev/ptmx"
    mkdir "$root/dev/pts" "$root/dev/shm"
    mount -t devpts -o newinstance,ptmxmode=666 devpts "$root/dev/pts"
    mount -t tmpfs -o mode=1777 shm "$root/dev/shm"
    mount --rbind /sys "$root/sys"
    cd "$root"
    pivot_root . mnt
    mount -t proc proc /proc
    umount -l /mnt
    cd "$home/sharpbuild"
    export HOME=$home USER=$user PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8
    export NUGET_CERT_REVOCATION_MODE='"${NUGET_CERT_REVOCATION_MODE:-online}"'
    if [ "$user" = root ]; then exec ./quickstart.sh; fi
    exec setpriv --reuid "$user" --regid "$user" --init-groups ./quickstart.sh
  ' bash "$1" "$2" "$home" "$sdk" >"$work/log" 2>&1 </dev/null
  local code=$? seconds=$((SECONDS - begin))
  if [ $code != 0 ] || ! grep -q '(native code' "$work/log" || ! grep -q 'no daemon, no registry' "$work/log" || ! grep -q CACHED "$work/log"; then
    cat "$work/log"
    echo "FAILED after $seconds s (exit code $code)"
    failed=$((failed + 1))
  else
    echo "    $seconds s from clone to running container ($(grep -o 'native code, compiled[^)]*' "$work/log"))"
    [ $seconds -le $limit ] || { echo "FAILED: more than $limit s"; failed=$((failed + 1)); }
  fi
}

for release in "$@"; do
  echo "==> $release"
  root=$work/$release
  mmdebstrap --quiet --variant=minbase --include=ca-certificates,git "$release" "$root" "$mirror" >"$work/log" 2>&1 ||
    { cat "$work/log"; exit 1; }
  # The way to the package feeds is this machine's: its name servers, its certificates, its settings of NuGet.
  cp /etc/resolv.conf "$root/etc/"
  cp -r /usr/local/share/ca-certificates "$root/usr/local/share/"
  chroot "$root" update-ca-certificates >/dev/null 2>&1
  ln -s ../share/dotnet/dotnet "$root/usr/bin/dotnet"
  echo "as root:"
  try "$root" root
  # An administrator has to do this much for users: the package, and subordinate ids.
  chroot "$root" useradd --create-home --shell /bin/bash builder
  echo "as an ordinary user:"
  try "$root" builder
done
rm -rf --one-file-system "$work"
[ $failed = 0 ]
