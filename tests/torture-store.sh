#!/usr/bin/env bash
# Kills builds by the thousand at random instants and checks the store after each few; what CI does with two hundred.
# usage: SHARPBUILD_PROGRAM=/path/to/sharpbuild tests/torture-store.sh [KILLS]      needs the integration tests built
set -euo pipefail
cd "$(dirname "$0")/.."
: "${SHARPBUILD_PROGRAM:?names the installed sharpbuild}"
export SHARPBUILD_KILLS=${1:-5000}
exec artifacts/bin/SharpBuild.IntegrationTests/debug/SharpBuild.IntegrationTests -noLogo -noColor \
  -method '*Builds_that_are_killed_at_any_instant*'
