#!/usr/bin/env bash
# Installs what the tests need, builds, and runs all of them; the last line is "N passed, N failed, N skipped".
# usage: ./test.sh [--no-build] [unit] [architecture] [integration] [rootless]      default: all four
# As root the integration tests run twice: once as root, and those that can as an ordinary user made for it. UPDATE_GOLDEN=1 accepts golden files.
set -uo pipefail
cd "$(dirname "$0")"
. .ci/packages.sh

build=yes
suites=()
for argument in "$@"; do
  case $argument in
    --no-build) build=no ;;
    unit | architecture | integration | rootless) suites+=("$argument") ;;
    -h | --help) sed -n '2,4s/^# //p' "$0"; exit ;;
    *) echo "test.sh: unknown argument $argument (see --help)" >&2; exit 2 ;;
  esac
done
[ ${#suites[@]} -gt 0 ] || suites=(unit architecture integration rootless)
wants() { [[ " ${suites[*]} " == *" $1 "* ]]; }
say() { printf '\n==> %s\n' "$*"; }

passed=0 failed=0 skipped=0
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
finish() {
  [ $((passed + failed)) -gt 0 ] || { echo "no test ran" >&2; failed=1; }
  printf '\n%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
  [ "$failed" = 0 ]
  exit
}
give_up() { echo "test.sh: $*" >&2; failed=$((failed + 1)); finish; }

# run SUITE COMMAND...   runs a test program and adds up the line with which it closes
run() {
  local suite=$1 log=$logs/$1.log summary code
  shift
  say "$suite tests"
  "$@" </dev/null 2>&1 | tee "$log" | grep -vE 'Discover(ing|ed): |Starting: |Finished: |xUnit.net v3'
  code=${PIPESTATUS[0]}
  summary=$(grep -oE 'Total: [0-9]+, Errors: [0-9]+, Failed: [0-9]+, Skipped: [0-9]+, Not Run: [0-9]+' "$log" | tail -n 1)
  if [ -z "$summary" ]; then
    echo "$suite: ended with code $code and no summary" >&2
    failed=$((failed + 1))
    return
  fi
  read -r total errors failures skips notrun < <(grep -oE '[0-9]+' <<<"$summary" | paste -sd' ')
  passed=$((passed + total - failures - skips - notrun))
  failed=$((failed + failures + errors))
  skipped=$((skipped + skips))
  if [ "$code" != 0 ] && [ $((failures + errors)) = 0 ]; then
    echo "$suite: ended with code $code" >&2
    failed=$((failed + 1))
  fi
}
program() { echo "artifacts/bin/SharpBuild.$1Tests/debug/SharpBuild.$1Tests"; }

if wants integration || wants rootless; then
  # Without them some tests skip and say so; a user without root can still run the rest.
  need_packages "the tests" busybox-static uidmap skopeo umoci docker-registry mmdebstrap debian-archive-keyring openssh-client attr libcap2-bin \
    ca-certificates git openssh-server curl iproute2 procps xz-utils zstd bzip2 || true

  # An emulator helps only where root may tell the kernel of it.
  if [ "$(id -u)" = 0 ] && unshare --mount mount -t binfmt_misc binfmt_misc /mnt 2>/dev/null; then
    need_packages "the tests" qemu-user-static || true
  fi
fi
if [ $build = yes ]; then
  say "building"
  dotnet build Build.sln -v quiet --nologo </dev/null || give_up "the build failed"
fi
dotnet=$(readlink -f "$(command -v dotnet)") || give_up "the .NET 10 SDK is missing"
export DOTNET_ROOT=${dotnet%/*} DOTNET_HOST_PATH=$dotnet

if wants unit; then run unit "$(program Unit)" -noLogo -noColor; fi
if wants architecture; then run architecture "$(program Architecture)" -noLogo -noColor; fi
if wants integration || wants rootless; then
  ./install.sh --prefix "$PWD/artifacts/test-prefix" 2>&1 | tee "$logs/install"
  [ "${PIPESTATUS[0]}" = 0 ] || give_up "installing failed"
  # More generic code means more code to compile, and our first parser core needed minutes and gigabytes: watch both figures.
  if read -r seconds mebibytes < <(sed -n 's/.*native code, compiled in \([0-9]*\) s with \([0-9]*\) MiB.*/\1 \2/p' "$logs/install"); then
    [ "$seconds" -le 240 ] && [ "$mebibytes" -le 8192 ] || give_up "compiling to native code took $seconds s and $mebibytes MiB; the limits are 240 s and 8192 MiB"
  elif ! grep -qE 'no native code: (the package feed|neither)' "$logs/install"; then
    give_up "there is no native code, and neither the compiler nor a linker is missing"
  fi
  export SHARPBUILD_PROGRAM=$PWD/artifacts/test-prefix/bin/sharpbuild
  if wants integration && [ "$(id -u)" = 0 ]; then
    say "packing"
    ./pack.sh --output "$PWD/artifacts/packages" || give_up "packing failed"
    export SHARPBUILD_PACKAGES=$PWD/artifacts/packages
  fi
fi
if wants integration; then run integration "$(program Integration)" -noLogo -noColor; fi

# The same program, in the hands of a user who owns nothing but subordinate ids. Everything the tests read is copied to where that user may read.
if wants rootless && [ "$(id -u)" = 0 ]; then
  user=sharpbuild-test
  id "$user" >/dev/null 2>&1 || useradd --create-home --shell /bin/bash "$user"
  grep -q "^$user:" /etc/subuid || usermod --add-subuids 700000-765535 --add-subgids 700000-765535 "$user"
  stage=$(mktemp -d /var/tmp/sharpbuild-rootless.XXXXXX)
  trap 'rm -rf "$logs" "$stage"' EXIT
  mkdir -p "$stage/tree/artifacts/bin" "$stage/cache"
  cp -r Build.sln examples tests "$stage/tree/"
  cp -r artifacts/bin/SharpBuild.IntegrationTests "$stage/tree/artifacts/bin/"
  cp "$SHARPBUILD_PROGRAM" "$stage/sharpbuild"
  cp "${SHARPBUILD_TEST_CACHE:-$HOME/.cache/sharpbuild-tests}"/* "$stage/cache/" 2>/dev/null
  chown -R "$user:" "$stage"
  chmod 755 "$stage"
  run rootless runuser -u "$user" -- env -i -C "$stage/tree" HOME="$(getent passwd "$user" | cut -d: -f6)" USER="$user" LANG=C.UTF-8 \
    PATH="$PATH:/usr/sbin:/sbin" DOTNET_ROOT="$DOTNET_ROOT" DOTNET_HOST_PATH="$DOTNET_HOST_PATH" \
    SHARPBUILD_PROGRAM="$stage/sharpbuild" SHARPBUILD_TEST_CACHE="$stage/cache" \
    "./$(program Integration)" -noLogo -noColor -trait Rootless=also
fi
finish
