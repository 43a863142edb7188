#!/usr/bin/env bash
# Publishes sharpbuild and leaves PREFIX/bin/sharpbuild. Asks nothing; run it again to update.
# usage: ./install.sh [--prefix DIR]      default: /usr/local as root, ~/.local as an ordinary user
set -euo pipefail
cd "$(dirname "$0")"
. .ci/packages.sh

if [ "$(id -u)" = 0 ]; then prefix=/usr/local; else prefix=$HOME/.local; fi
while [ $# -gt 0 ]; do
  case $1 in
    --prefix) prefix=${2:?--prefix wants a directory}; shift 2 ;;
    --prefix=*) prefix=${1#*=}; shift ;;
    -h | --help) sed -n '2,3s/^# //p' "$0"; exit ;;
    *) echo "install.sh: unknown option $1 (see --help)" >&2; exit 2 ;;
  esac
done

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

publish() {
  dotnet publish cli/SharpBuild.Cli.csproj -c Release --artifacts-path "$work" -o "$work/out" -v quiet --nologo "$@" </dev/null >"$log" 2>&1
}

# NativeAOT starts fastest, but not every feed has its packs; asking for them takes some seconds, so ask only where a linker is.
native_possible() {
  command -v clang >/dev/null || command -v gcc >/dev/null || return 1
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
  timeout 60 dotnet restore "$probe" -r linux-x64 -v quiet --nologo \
    -p:ImportDirectoryBuildProps=false -p:ImportDirectoryPackagesProps=false </dev/null >/dev/null 2>&1
}

echo "==> publishing sharpbuild (about half a minute)"
if native_possible && publish -p:PublishAot=true; then
  kind="native code"
# Measured, an empty Main: a folder 26.6 ms, one file 23.3, one file compiled for this CPU 21.9 (cli/SharpBuild.Cli.csproj).
elif publish; then
  kind="ReadyToRun"
else
  cat "$log" >&2
  echo "install.sh: publishing failed" >&2
  exit 1
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
