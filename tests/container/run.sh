#!/usr/bin/env bash
# Run a command in an image's files as a container would, with nothing but the kernel's namespaces:
#   run.sh ROOT USER:GROUP WORKING_FOLDER COMMAND...
#
# ROOT becomes a read-only root file system with an empty /tmp; the command is process 1 of its own process tree, has
# USER's rights and can gain no others. The environment is handed on as it is. Needs root. Chroot isolation of buildah
# alone would leave the root writable, and a container runtime is often not allowed inside another container.
set -euo pipefail
root=$1 user=$2 folder=$3
shift 3

export root user folder
# shellcheck disable=SC2016 # expanded by the inner shell, in the new namespaces
exec unshare --mount --pid --fork --propagation private bash -c '
    set -euo pipefail
    mount --bind "$root" "$root"
    mount -o remount,bind,ro "$root"
    mount -t tmpfs -o nosuid,nodev,noexec,mode=1777 tmpfs "$root/tmp"
    mount -t proc -o ro,nosuid,nodev,noexec proc "$root/proc"
    mount -t tmpfs -o nosuid,mode=755 tmpfs "$root/dev"
    for device in null zero random urandom; do
        touch "$root/dev/$device"
        mount --bind "/dev/$device" "$root/dev/$device"
    done
    mkdir -m 1777 "$root/dev/shm"
    set -- "$root" env --unset=root --unset=user --unset=folder --chdir="$folder" "$@"
    exec setpriv --no-new-privs chroot --userspec="$user" "$@"
' run "$@"
