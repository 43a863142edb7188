#!/usr/bin/env bash
# docker buildx build as record.sh needs it: without attestations, and with a BuildKit that has forgotten the contexts of earlier builds,
# because it only sends what changed and then gets the times of directories wrong.
# usage: buildkit.sh BUILD-OPTIONS...     BUILDX is the program (docker buildx), BUILDX_BUILDER chooses the builder
set -euo pipefail
${BUILDX:-docker buildx} prune --force --filter type=source.local >/dev/null 2>&1
exec ${BUILDX:-docker buildx} build --provenance=false "$@"
