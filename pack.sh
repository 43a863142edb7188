#!/usr/bin/env bash
# Packs sharpbuild for NuGet: SharpBuild.MSBuild for projects and sharpbuild as a dotnet tool. The same sources give the same bytes.
# usage: ./pack.sh --output DIR [--image ARCHIVE] [--no-pack] [--work DIR]
# --image: also build the image of sharpbuild, with what was just packed; with --no-pack with what DIR has already.
set -euo pipefail
cd "$(dirname "$0")"

output= image= packs=yes work=$PWD/artifacts/pack
while [ $# -gt 0 ]; do
  case $1 in
    --output) output=${2:?--output wants a directory}; shift 2 ;;
    --output=*) output=${1#*=}; shift ;;
    --image) image=${2:?--image wants a file}; shift 2 ;;
    --image=*) image=${1#*=}; shift ;;
    --no-pack) packs=no; shift ;;
    --work) work=${2:?--work wants a directory}; shift 2 ;;
    --work=*) work=${1#*=}; shift ;;
    -h | --help) sed -n '2,4s/^# //p' "$0"; exit ;;
    *) echo "pack.sh: unknown option $1 (see --help)" >&2; exit 2 ;;
  esac
done
[ -n "$output" ] || { echo "pack.sh: --output DIR is missing (see --help)" >&2; exit 2; }
output=$(realpath -m "$output")
[ -z "$image" ] || image=$(realpath -m "$image")
mkdir -p "$output"
version=$(sed -n 's|.*<VersionPrefix>\(.*\)</VersionPrefix>.*|\1|p' Directory.Build.props)

# NuGet writes the time of packing into packages, unless it is told one.
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 946684800)}

# Not shared with ./install.sh: what one leaves there is no input for the other.
work=$(realpath -m "$work")
if ! mkdir -p "$work" 2>/dev/null || [ ! -w "$work" ]; then
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
fi

pack() {
  local project=$1
  shift
  if ! dotnet pack "$project" -c Release --artifacts-path "$work" -o "$work/fresh" -v quiet --nologo -p:RunAnalyzers=false "$@" </dev/null >"$work/pack.log" 2>&1; then
    cat "$work/pack.log" >&2
    echo "pack.sh: packing $project failed" >&2
    exit 1
  fi
}
program_of() { # PACKAGE DIRECTORY   the program that a tool package carries
  mkdir -p "$2"
  python3 - "$1" "$2" <<'PYTHON'
import os, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as package:
    for entry in package.infolist():
        folders = entry.filename.split("/")
        if folders[0] == "tools" and folders[-1] != "DotnetToolSettings.xml":
            with open(os.path.join(sys.argv[2], folders[-1]), "wb") as file:
                file.write(package.read(entry))
PYTHON
}
pack_all() {
  rm -rf "$work/fresh" "$work/programs"
  mkdir -p "$work/fresh"
  echo "==> the dotnet tool"
  pack cli/SharpBuild.Cli.csproj -p:SharpBuildTool=true
  # The task starts the very program that the tool is, but never its launcher: that one looks for a dotnet of its own.
  for rid in any linux-x64; do
    program_of "$work/fresh/sharpbuild.$rid.$version.nupkg" "$work/programs/$rid"
    rm -f "$work/programs/$rid/sharpbuild"
  done
  echo "==> the MSBuild package"
  pack msbuild/SharpBuild.MSBuild.csproj -p:SharpBuildPrograms="$work/programs" -p:ContinuousIntegrationBuild=true
  # The pointer package last: who finds it finds what it points to.
  for package in sharpbuild.any sharpbuild.linux-x64 SharpBuild.MSBuild sharpbuild; do
    cp "$work/fresh/$package.$version.nupkg" "$output/.$package.new"
    mv -f "$output/.$package.new" "$output/$package.$version.nupkg"
    echo "    $output/$package.$version.nupkg ($(($(stat -c %s "$output/$package.$version.nupkg") / 1024)) KiB)"
  done
}
build_image() {
  echo "==> the image of sharpbuild, built by the program that was packed"
  rm -rf "$work/image"
  mkdir -p "$work/empty"
  program_of "$output/sharpbuild.linux-x64.$version.nupkg" "$work/image"
  chmod 755 "$work/image/sharpbuild"
  local dotnet
  dotnet=$(readlink -f "$(command -v dotnet)")
  # zstd makes it in half the time that gzip takes, and smaller.
  DOTNET_ROOT=${dotnet%/*} "$work/image/sharpbuild" build --reproducible --tag "sharpbuild:$version" --build-context program="$work/image" \
    --build-context dotnet="${dotnet%/*}" --output "type=docker,dest=$image,compression=zstd" --file Dockerfile "$work/empty"
}

[ $packs = no ] || pack_all
[ -z "$image" ] || build_image
