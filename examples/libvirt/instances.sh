#!/usr/bin/env bash
# Longshore's EC2 instances as libvirt machines: ./longshore up --listen 192.168.122.1:4567 --instances examples/libvirt/instances.sh
# Needs virsh, virt-install, qemu-img and jq, a cloud image with Docker and Longshore in /opt/longshore, and libvirt's default network.
# The contract it keeps: docs/operating/capacity.md.
set -euo pipefail

IMAGE=${LONGSHORE_IMAGE:-/var/lib/libvirt/images/longshore-host.qcow2}
NETWORK=${LONGSHORE_NETWORK:-default}

state_of() {
  case "$(virsh domstate "$1" 2>/dev/null)" in
    running | paused | 'in shutdown') echo up ;;
    # Switched off by us, or by itself: the mark tells.
    'shut off') if [ -e "$1.off" ]; then echo off; else echo dead; fi ;;
    crashed) echo dead ;;
  esac
}

start() {
  local machine id
  machine=$(cat)
  id=$(jq -r .id <<<"$machine")
  [ -r "$IMAGE" ] || { echo "no image at $IMAGE" >&2; exit 3; }
  rm -f "$id.off"
  case "$(state_of "$id")" in
    up) return ;;
    off | dead) virsh -q start "$id"; return ;;
  esac
  qemu-img create -q -f qcow2 -F qcow2 -b "$IMAGE" "$id.qcow2" 20G
  jq -r .joinScript <<<"$machine" >"$id.user-data"
  virt-install --quiet --name "$id" --import --noautoconsole --os-variant detect=on,require=off \
    --vcpus "$(jq -r .vcpus <<<"$machine")" --memory "$(jq -r .memoryMiB <<<"$machine")" \
    --disk "path=$PWD/$id.qcow2" --network "network=$NETWORK" --cloud-init "user-data=$PWD/$id.user-data"
}

terminate() {
  virsh -q destroy "$1" 2>/dev/null || true
  virsh -q undefine "$1" --nvram 2>/dev/null || true
  rm -f "$1.qcow2" "$1.user-data" "$1.off"
}

case "${1:-}" in
  start) start ;;
  stop) touch "$2.off"; virsh -q shutdown "$2" 2>/dev/null || true ;;
  terminate) terminate "$2" ;;
  list)
    for id in $(virsh list --all --name | grep '^i-[0-9a-f]*$' || true); do echo "$id $(state_of "$id")"; done
    ;;
  *) echo "usage: $0 start|stop ID|terminate ID|list" >&2; exit 2 ;;
esac
