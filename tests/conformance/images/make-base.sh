#!/usr/bin/env bash
# Writes the base image of the cases as an OCI archive named base:latest: a layer with a static busybox, and one with users, groups,
# links and files that the cases stumble over. Only busybox itself depends on the machine, and no case shows its bytes.
# usage: make-base.sh OUT.tar
set -euo pipefail
out=$(realpath -m "$1")
here=$(dirname "$(realpath "$0")")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
layout=$work/layout root=$work/root
umask 022
mkdir -p "$layout/blobs/sha256" "$root"
"$here/../../../examples/make-busybox-rootfs.sh" "$work/busybox.tar"

cd "$root"
mkdir -p etc run usr/local/share/man usr/share/data usr/bin var opt/private opt/shared srv/www
cat >etc/passwd <<'PASSWD'
root:x:0:0:root:/root:/bin/sh
daemon:x:1:1:daemon:/usr/sbin:/bin/false
www-data:x:33:33:www-data:/srv/www:/bin/false
alice:x:1000:1001:Alice:/home/alice:/bin/sh
bob:x:1002:1002:Bob:/home/bob:/bin/sh
1234:x:4321:4321:a name of digits:/:/bin/sh
nobody:x:65534:65534:nobody:/nonexistent:/bin/false
PASSWD
cat >etc/group <<'GROUP'
root:x:0:
daemon:x:1:
tty:x:5:
staff:x:50:alice,bob
www-data:x:33:alice
alice:x:1001:
bob:x:1002:
docker:x:999:bob
nogroup:x:65534:
GROUP
ln -s /run var/run
ln -s share/man usr/local/man
ln -s /usr/share/data data
ln -s ../nowhere/deep dangling
printf 'one\n' >usr/share/data/one
printf 'two\n' >usr/share/data/two
ln usr/share/data/two usr/share/data/two-again
printf 'private\n' >opt/private/file
chmod 700 opt/private
chmod 2775 opt/shared
printf 'suid\n' >usr/bin/suid
chmod 4755 usr/bin/suid
owners=$(printf '%s\n' './opt/private 1000:1001' './opt/private/file 1000:1001' './opt/shared 0:50' './srv/www 33:33')
find . -exec touch -h -d '2000-01-01T00:00:00Z' {} +
tar --sort=name --owner=0 --group=0 --numeric-owner --no-recursion -cf "$work/files.tar" $(find . ! -path './opt/private*' ! -path ./opt/shared ! -path ./srv/www)
while read -r path owner; do
  tar --owner="${owner%:*}" --group="${owner#*:}" --numeric-owner --no-recursion -rf "$work/files.tar" "$path"
done <<<"$owners"

# blob FILE   adds it to the layout and prints 'DIGEST SIZE'
blob() {
  local digest
  digest=$(sha256sum <"$1" | cut -d' ' -f1)
  cp "$1" "$layout/blobs/sha256/$digest"
  echo "sha256:$digest $(stat -c %s "$1")"
}
read -r busybox busybox_size < <(blob "$work/busybox.tar")
read -r files files_size < <(blob "$work/files.tar")
history='{"created":"2000-01-01T00:00:00Z","created_by":"base","comment":"conformance base"}'
architecture=$(case $(uname -m) in x86_64) echo amd64 ;; aarch64) echo arm64 ;; *) uname -m ;; esac)
cat >"$work/config" <<CONFIG
{"created":"2000-01-01T00:00:00Z","architecture":"$architecture","os":"linux","config":{"Env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],"Cmd":["sh"]},"rootfs":{"type":"layers","diff_ids":["$busybox","$files"]},"history":[$history,$history]}
CONFIG
read -r config config_size < <(blob "$work/config")
layer=application/vnd.oci.image.layer.v1.tar
cat >"$work/manifest" <<MANIFEST
{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"$config","size":$config_size},"layers":[{"mediaType":"$layer","digest":"$busybox","size":$busybox_size},{"mediaType":"$layer","digest":"$files","size":$files_size}]}
MANIFEST
read -r manifest manifest_size < <(blob "$work/manifest")
echo '{"imageLayoutVersion":"1.0.0"}' >"$layout/oci-layout"
cat >"$layout/index.json" <<INDEX
{"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"$manifest","size":$manifest_size,"annotations":{"org.opencontainers.image.ref.name":"latest","io.containerd.image.name":"docker.io/library/base:latest"}}]}
INDEX
tar -C "$layout" --sort=name -cf "$out" .
