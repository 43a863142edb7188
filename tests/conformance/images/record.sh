#!/usr/bin/env bash
# Builds the cases with BuildKit and writes down what it makes of them: cases/*/expected.txt. Needs root, a built tests/integration,
# skopeo, docker buildx, and a BuildKit v0.32 that finds the base image where docker.io/library/base leads it (a registry mirror).
# usage: record.sh [REGEX]     REGEX chooses cases by name; CONFORMANCE_REGISTRY is where the base image goes, over plain HTTP
# (127.0.0.1:5000); BUILDX and BUILDX_BUILDER as in buildkit.sh
set -euo pipefail
cd "$(dirname "$0")/../../.."
base=$(mktemp --suffix .tar)
trap 'rm -f "$base"' EXIT
tests/conformance/images/make-base.sh "$base"
skopeo copy --quiet --dest-tls-verify=false "oci-archive:$base:latest" "docker://${CONFORMANCE_REGISTRY:-127.0.0.1:5000}/library/base:latest"
export CONFORMANCE_BUILDER=$PWD/tests/conformance/images/buildkit.sh CONFORMANCE_CASES=${1:-} UPDATE_GOLDEN=1
artifacts/bin/SharpBuild.IntegrationTests/debug/SharpBuild.IntegrationTests -noLogo -noColor -class '*ImageConformanceSpecs'
