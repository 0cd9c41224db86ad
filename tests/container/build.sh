#!/usr/bin/env bash
# Build a target of the Dockerfile as an image:  build.sh service|gpu NAME
#
# Settings, all optional, all from the environment:
#   ENGINE           docker, buildah or podman; without it, the first of these that works here
#   BASE             the base image, in place of the Dockerfile's own
#   PIP_CONFIG_FILE  pip's configuration for the build (an own package index)
#   PIP_CERT         the certificates that pip trusts during the build
set -euo pipefail
cd "$(dirname "$0")/../.."

target=$1 name=$2
engine=${ENGINE:-}
for found in docker buildah podman; do
    [[ -z $engine ]] && "$found" info >/dev/null 2>&1 && engine=$found
done
if [[ -z $engine ]]; then
    echo "Building an image needs docker (with its daemon running), buildah or podman, and none works here." >&2
    exit 1
fi

options=(--target "$target" --tag "$name" --build-arg "REVISION=$(git rev-parse HEAD 2>/dev/null || echo unknown)")
[[ -n ${BASE:-} ]] && options+=(--build-arg "BASE=$BASE")
[[ -f ${PIP_CONFIG_FILE:-} ]] && options+=(--secret "id=pip,src=$PIP_CONFIG_FILE")
[[ -f ${PIP_CERT:-} ]] && options+=(--secret "id=ca,src=$PIP_CERT")

case $(basename "$engine") in
    # The docker format keeps HEALTHCHECK. Chroot isolation works where no container runtime may start.
    buildah) "$engine" bud --format docker --isolation "${BUILDAH_ISOLATION:-chroot}" --network host "${options[@]}" . ;;
    podman) "$engine" build --format docker "${options[@]}" . ;;
    *) DOCKER_BUILDKIT=1 "$engine" build "${options[@]}" . ;;
esac
