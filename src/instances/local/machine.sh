#!/usr/bin/env bash
# A machine of the `local` instance driver: control groups of its size, namespaces of its own, and in them dockerd and an agent.
# Environment: ID FOLDER (its own) VCPUS MEMORY_MIB ADDRESS GATEWAY PORT HOSTNAME_ NODE ENTRY CLUSTER, and the agent's AWS keys.
#   machine.sh           makes the control groups and namespaces and goes on in them
#   machine.sh inside    is the machine's first process: when it ends, everything in the machine ends
set -u

GROUPS_=/sys/fs/cgroup
PARENT=longshore-instances

is_unified() { [ -e "$GROUPS_/cgroup.controllers" ]; }

# v1: a folder in every hierarchy, so that all of them can be mounted with the machine as their root.
enter_groups() {
  local folder
  if is_unified; then
    folder="$GROUPS_/$PARENT/$ID"
    mkdir -p "$folder"
    echo '+cpu +memory +pids' >"$GROUPS_/cgroup.subtree_control" 2>/dev/null
    echo '+cpu +memory +pids' >"$GROUPS_/$PARENT/cgroup.subtree_control" 2>/dev/null
    echo "$((VCPUS * 100000)) 100000" >"$folder/cpu.max"
    echo "$((MEMORY_MIB * 1048576))" >"$folder/memory.max"
    echo $$ >"$folder/cgroup.procs"
    return
  fi
  for hierarchy in "$GROUPS_"/*/; do
    [ -e "$hierarchy/cgroup.procs" ] || continue
    folder="$hierarchy$PARENT/$ID"
    mkdir -p "$folder" || continue
    if [ -e "$folder/cpuset.cpus" ]; then
      for level in "$hierarchy$PARENT" "$folder"; do
        [ -n "$(cat "$level/cpuset.cpus")" ] || cat "$level/../cpuset.cpus" >"$level/cpuset.cpus"
        [ -n "$(cat "$level/cpuset.mems")" ] || cat "$level/../cpuset.mems" >"$level/cpuset.mems"
      done
    fi
    [ -e "$folder/cpu.cfs_quota_us" ] && echo "$((VCPUS * 100000))" >"$folder/cpu.cfs_quota_us"
    [ -e "$folder/memory.limit_in_bytes" ] && echo "$((MEMORY_MIB * 1048576))" >"$folder/memory.limit_in_bytes"
    echo $$ >"$folder/cgroup.procs"
  done
}

# The machine sees its own control groups as the whole tree.
mount_groups() {
  local hierarchy name options
  if is_unified; then
    umount -l "$GROUPS_" && mount -t cgroup2 cgroup2 "$GROUPS_"
    mkdir -p "$GROUPS_/machine"
    echo $$ >"$GROUPS_/machine/cgroup.procs"
    echo '+cpu +memory +pids' >"$GROUPS_/cgroup.subtree_control"
    return
  fi
  for hierarchy in "$GROUPS_"/*/; do
    hierarchy=${hierarchy%/}
    [ -L "$hierarchy" ] && continue
    name=$(basename "$hierarchy")
    options=$(awk -v at="$hierarchy" '$5 == at { for (i = 7; i <= NF; i++) if ($i == "-") super = $(i + 3) } END { print super }' /proc/self/mountinfo | tr ',' '\n' | grep -v -x -e rw -e ro -e xattr | paste -sd,)
    [ -n "$options" ] || continue
    umount -l "$hierarchy" && mount -t cgroup -o "$options" cgroup "$hierarchy" || echo "machine: no control groups of $name"
  done
}

# What the control plane's registry is called on its own host, `localhost:PORT`, is the control plane here, too.
reach_control_plane() {
  sysctl -q -w net.ipv4.conf.all.route_localnet=1 net.ipv4.ip_forward=1
  iptables -w -t nat -A OUTPUT -d 127.0.0.1/32 -p tcp --dport "$PORT" -j DNAT --to-destination "$GATEWAY:$PORT"
  iptables -w -t nat -A POSTROUTING -s 127.0.0.0/8 -o eth0 -j SNAT --to-source "$ADDRESS"
}

# /run is the machine's own; what resolv.conf points to must still be there.
own_run() {
  local resolv
  resolv=$(cat /etc/resolv.conf 2>/dev/null)
  mount -t tmpfs tmpfs /run
  [ -e /etc/resolv.conf ] && return
  mkdir -p "$(dirname "$(readlink -m /etc/resolv.conf)")"
  printf '%s\n' "$resolv" >"$(readlink -m /etc/resolv.conf)"
}

# As a service manager would: what ends is started again.
keep() {
  local name=$1
  shift
  while :; do
    "$@"
    echo "machine: $name ended with $?"
    sleep 1
  done
}

shut_down() {
  trap '' TERM
  kill "$agent_keeper" "$docker_keeper" 2>/dev/null
  pkill -TERM -P "$agent_keeper" 2>/dev/null
  local pid
  pid=$(cat /run/docker.pid 2>/dev/null) && kill -TERM "$pid" && for _ in $(seq 100); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
  exit 0
}

inside() {
  mount --make-rprivate /
  mount_groups
  own_run
  hostname "$HOSTNAME_"
  ip link set lo up
  for _ in $(seq 600); do ip route show default | grep -q . && break; sleep 0.05; done
  ip route show default | grep -q . || { echo 'machine: no network came'; exit 1; }
  reach_control_plane
  trap shut_down TERM
  keep dockerd dockerd --data-root "$FOLDER/docker" --pidfile /run/docker.pid -H unix:///run/docker.sock --exec-opt native.cgroupdriver=cgroupfs --log-level warn &
  docker_keeper=$!
  keep agent "$NODE" --disable-warning=ExperimentalWarning "$ENTRY" agent --server "http://127.0.0.1:$PORT" --data-dir "$FOLDER/agent" \
    --cluster "$CLUSTER" --cpu "$((VCPUS * 1024))" --memory "$MEMORY_MIB" --docker-socket /run/docker.sock &
  agent_keeper=$!
  while :; do wait; done
}

if [ "${1:-}" = inside ]; then inside; else
  enter_groups
  exec unshare --net --mount --uts --ipc --pid --cgroup --fork --kill-child --mount-proc bash "$0" inside
fi
