#!/usr/bin/env bash
# Packs sharpbuild: the dotnet tool (native code, and for other machines), SharpBuild.MSBuild for projects, and an archive of the native
# program for people without an SDK, with checksums. The same sources, SDK and linker give the same bytes.
# usage: ./pack.sh --output DIR [--image ARCHIVE] [--no-pack] [--work DIR]
# --image: also build the image of sharpbuild, with what was just packed; with --no-pack with what DIR has already.
set -euo pipefail
cd "$(dirname "$0")"
. .ci/packages.sh

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
    -h | --help) sed -n '2,5s/^# //p' "$0"; exit ;;
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
# program_of PACKAGE DIRECTORY   takes the program out of a tool package. dotnet pack leaves it nowhere else.
program_of() {
  mkdir -p "$2"
  python3 - "$1" "$2" <<'PYTHON'
import os, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as package:
    for entry in package.infolist():
        folders = entry.filename.split("/")
        if folders[0] == "tools" and folders[-1] != "DotnetToolSettings.xml":
            path = os.path.join(sys.argv[2], folders[-1])
            with open(path, "wb") as file:
                file.write(package.read(entry))
            os.chmod(path, 0o755 if folders[-1] == "sharpbuild" else 0o644)
PYTHON
}
archive() { # DIRECTORY FILE   a tar whose bytes depend on names and contents alone
  tar --create --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner --format=ustar --directory "$1" . | gzip -9n >"$2"
}
pack_all() {
  need_packages "native code" gcc libc6-dev zlib1g-dev || true
  rm -rf "$work/fresh" "$work/programs" "$work/archive"
  mkdir -p "$work/fresh"
  # The pointer package goes last: whoever finds it finds what it points to.
  echo "==> the dotnet tool, for any machine with the .NET runtime"
  pack cli/SharpBuild.Cli.csproj -p:SharpBuildTool=true -r any
  echo "==> the dotnet tool, native code for linux-x64 (one to two minutes)"
  pack cli/SharpBuild.Cli.csproj -p:SharpBuildTool=true -r linux-x64 -p:PublishAot=true -p:CppCompilerAndLinker="$(command -v gcc || echo clang)"
  pack cli/SharpBuild.Cli.csproj -p:SharpBuildTool=true -p:PublishAot=true
  for rid in any linux-x64; do
    program_of "$work/fresh/sharpbuild.$rid.$version.nupkg" "$work/programs/$rid"
  done
  # The task runs the library with the dotnet that runs MSBuild; its launcher would look for another one.
  rm -f "$work/programs/any/sharpbuild"
  echo "==> the MSBuild package"
  pack msbuild/SharpBuild.MSBuild.csproj -p:SharpBuildPrograms="$work/programs" -p:ContinuousIntegrationBuild=true
  echo "==> the archive"
  mkdir -p "$work/archive/sharpbuild-$version/bin"
  cp README.md LICENSE "$work/archive/sharpbuild-$version/"
  install -m 755 "$work/programs/linux-x64/sharpbuild" "$work/archive/sharpbuild-$version/bin/"
  archive "$work/archive" "$work/fresh/sharpbuild-$version-linux-x64.tar.gz"
  local files=("sharpbuild.any.$version.nupkg" "sharpbuild.linux-x64.$version.nupkg" "SharpBuild.MSBuild.$version.nupkg"
    "sharpbuild-$version-linux-x64.tar.gz" "sharpbuild.$version.nupkg") file
  (cd "$work/fresh" && sha256sum "${files[@]}" >SHA256SUMS)
  for file in "${files[@]}" SHA256SUMS; do
    cp "$work/fresh/$file" "$output/.$file.new"
    mv -f "$output/.$file.new" "$output/$file"
    echo "    $output/$file ($(($(stat -c %s "$output/$file") / 1024)) KiB)"
  done
}
build_image() {
  echo "==> the image of sharpbuild, built by the program that was packed"
  rm -rf "$work/image" "$work/empty"
  mkdir -p "$work/empty"
  program_of "$output/sharpbuild.linux-x64.$version.nupkg" "$work/image"
  "$work/image/sharpbuild" build --reproducible --tag "sharpbuild:$version" --build-context program="$work/image" \
    --output "type=docker,dest=$image" --file Dockerfile "$work/empty"
}

[ $packs = no ] || pack_all
[ -z "$image" ] || build_image
