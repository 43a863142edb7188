#!/usr/bin/env bash
# Compiles sharpbuild to native code and leaves PREFIX/bin/sharpbuild. Asks nothing; run it again to update.
# usage: ./install.sh [--prefix DIR]      default: /usr/local as root, ~/.local as an ordinary user
# Compiling may take SHARPBUILD_NATIVE_LIMIT seconds (400). After that, or without a compiler, it publishes a version that starts slower.
set -euo pipefail
cd "$(dirname "$0")"
. .ci/packages.sh

if [ "$(id -u)" = 0 ]; then prefix=/usr/local; else prefix=$HOME/.local; fi
while [ $# -gt 0 ]; do
  case $1 in
    --prefix) prefix=${2:?--prefix wants a directory}; shift 2 ;;
    --prefix=*) prefix=${1#*=}; shift ;;
    -h | --help) sed -n '2,4s/^# //p' "$0"; exit ;;
    *) echo "install.sh: unknown option $1 (see --help)" >&2; exit 2 ;;
  esac
done

if [ "$(uname -m)" != x86_64 ]; then
  echo "install.sh: sharpbuild runs on x86-64 only so far, and this is $(uname -m)" >&2
  exit 1
fi
if ! dotnet --list-sdks 2>/dev/null | grep -q '^10\.'; then
  echo "install.sh: the .NET 10 SDK is missing (package dotnet-sdk-10.0, or dotnet.microsoft.com)" >&2
  exit 1
fi
# Only rootless builds need it, and only root can install it: its absence is no reason to stop.
need_packages "builds as an ordinary user" uidmap || true

# Builds of other configurations must not share this directory: ReadyToRun over a trimmed build's leftovers makes a binary that aborts.
work=$PWD/artifacts/install
if ! mkdir -p "$work" 2>/dev/null || [ ! -w "$work" ]; then
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
fi
log=$work/publish.log
rm -f "$log"

# Compiling to native code takes about a minute; after this many seconds ReadyToRun is used instead.
native_limit=${SHARPBUILD_NATIVE_LIMIT:-400}
reason=

# largest_process GROUP   the most memory (KiB) that one process of a process group has had so far. Minimal systems have no ps.
largest_process() {
  local directory line fields most=0 name value
  for directory in /proc/[0-9]*; do
    { read -r line <"$directory/stat"; } 2>/dev/null || continue
    read -ra fields <<<"${line##*) }"
    [ "${fields[2]}" = "$1" ] || continue
    while read -r name value _; do
      if [ "$name" = VmHWM: ] && [ "$value" -gt $most ]; then most=$value; fi
    done 2>/dev/null <"$directory/status" || true
  done
  echo $most
}

# publish LIMIT OPTION...   publishes in at most LIMIT seconds, with a line of progress; fails with $reason. Sets $seconds and $peak (KiB).
publish() {
  local limit=$1 begin=$SECONDS shown=0 program memory code=0
  shift
  # A process group of its own, without build servers that stay behind: at the limit everything of it can be ended.
  set -m
  MSBUILDDISABLENODEREUSE=1 dotnet publish cli/SharpBuild.Cli.csproj -c Release --artifacts-path "$work" -o "$work/out" -v quiet --nologo \
    -m:1 -p:UseSharedCompilation=false -p:RunAnalyzers=false "$@" </dev/null >"$log" 2>&1 &
  program=$!
  set +m
  trap 'kill -KILL -- -$program 2>/dev/null; exit 130' INT TERM HUP
  peak=0
  while kill -0 $program 2>/dev/null; do
    sleep 1
    seconds=$((SECONDS - begin))
    memory=$(largest_process $program)
    [ "${memory:-0}" -le "$peak" ] || peak=$memory
    if [ $((seconds - shown)) -ge 15 ]; then
      shown=$seconds
      echo "    still compiling after $seconds s"
    fi
    if [ "$seconds" -ge "$limit" ]; then
      kill -KILL -- -$program 2>/dev/null
      wait $program 2>/dev/null || true
      trap - INT TERM HUP
      reason="it was not done after $limit seconds"
      return 1
    fi
  done
  wait $program || code=$?
  trap - INT TERM HUP
  reason="the compiler failed"
  return $code
}

# Whether this machine can compile to native code: a linker, and the compiler's packages in the feed. Sets $reason when it cannot.
native_possible() {
  need_packages "native code" gcc libc6-dev zlib1g-dev || true
  if ! command -v gcc >/dev/null && ! command -v clang >/dev/null; then
    reason="neither gcc nor clang is installed"
    return 1
  fi
  local probe=$work/probe
  mkdir -p "$probe"
  cat >"$probe/Probe.csproj" <<'PROJECT'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <PublishAot>true</PublishAot>
  </PropertyGroup>
</Project>
PROJECT
  if ! timeout 120 dotnet restore "$probe" -r linux-x64 -v quiet --nologo \
    -p:ImportDirectoryBuildProps=false -p:ImportDirectoryPackagesProps=false </dev/null >"$probe/log" 2>&1; then
    # NU1101 and NU1102: there is no such package, or no such version.
    reason="the compiler could not be restored, see $probe/log"
    ! grep -qE 'NU110[12]' "$probe/log" || reason="the package feed does not have the compiler (Microsoft.DotNet.ILCompiler)"
    return 1
  fi
}

echo "==> compiling sharpbuild to native code (one to two minutes)"
if native_possible && publish "$native_limit" -p:PublishAot=true -p:CppCompilerAndLinker="$(command -v gcc || echo clang)"; then
  kind="native code, compiled in $seconds s with $((peak / 1024)) MiB of memory"
else
  if [ -e "$log" ]; then
    mv "$log" "$log.native"
    reason="$reason (see $log.native)"
  fi
  echo "==> no native code: $reason; publishing with ReadyToRun, which starts slower (half a minute)"
  if ! publish 900; then
    cat "$log" >&2
    echo "install.sh: publishing failed: $reason" >&2
    exit 1
  fi
  kind=ReadyToRun
fi

mkdir -p "$prefix/bin"
# A rename, so that a sharpbuild that is running keeps its file.
install -m 755 "$work/out/sharpbuild" "$prefix/bin/.sharpbuild.new"
mv -f "$prefix/bin/.sharpbuild.new" "$prefix/bin/sharpbuild"
echo "==> $prefix/bin/sharpbuild ($kind): $("$prefix/bin/sharpbuild" --version)"
case :$PATH: in
  *:"$prefix/bin":*) ;;
  *) echo "    $prefix/bin is not on your PATH yet: export PATH=\"$prefix/bin:\$PATH\"" ;;
esac
