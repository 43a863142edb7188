#!/usr/bin/env bash
# Lays out the context of a case in a new directory TARGET/context, the same wherever and whenever: modes and owners do not come from git's
# umask, and all times are 2001-02-03 04:05:06 but those that the case's setup.sh sets itself. setup.sh runs in the context.
# usage: prepare.sh CASE TARGET
set -euo pipefail
case=$(realpath "$1") target=$2
umask 022
mkdir -p "$target"
cp -r "$case/context" "$target/context"
chmod -R u=rwX,go=rX "$target/context"
cd "$target/context"
started=$(mktemp)
trap 'rm -f "$started"' EXIT
touch -d '2020-01-01' "$started"
[ ! -e "$case/setup.sh" ] || TARGET=$target bash -euo pipefail "$case/setup.sh"
find "$target" -newer "$started" -exec touch -h -d '2001-02-03T04:05:06Z' {} +
