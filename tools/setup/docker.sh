# A Docker Engine that answers: started through the service manager where there is one, by hand where there is none.

DOCKER_SOCKET=/var/run/docker.sock

ensure_docker() {
  if docker_answers; then RESULT="$DOCKER_VERSION, running"; return 0; fi
  if [ -S "$DOCKER_SOCKET" ] && [ ! -w "$DOCKER_SOCKET" ]; then
    blocked "no permission on $DOCKER_SOCKET" "run it again with sudo, or join the docker group: sudo usermod -aG docker $(id -un), then log in again"
    return 1
  fi
  if ! is_root; then
    blocked "Docker Engine is not running, and starting it needs root" "sudo systemctl start docker   (or run this again with sudo)"
    return 1
  fi
  progress 'starting'
  if [ -d /run/systemd/system ] && systemctl cat docker.service >/dev/null 2>&1; then
    attempt systemctl start docker || { DO_THIS='journalctl -u docker -n 50   says why'; return 1; }
  elif ! dockerd_is_starting; then
    start_dockerd || return 1
  fi
  wait_for_docker || return 1
  RESULT="$DOCKER_VERSION, started"
}

docker_answers() {
  [ -S "$DOCKER_SOCKET" ] || return 1
  DOCKER_VERSION=$(timeout 10 "$(find_program docker)" -H "unix://$DOCKER_SOCKET" version --format '{{.Server.Version}}' 2>/dev/null)
}

# A package's own start script may have been quicker than we are.
dockerd_is_starting() {
  local pid
  pid=$(cat /var/run/docker.pid 2>/dev/null) && [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = dockerd ]
}

start_dockerd() {
  local dockerd
  dockerd=$(find_program dockerd) || { blocked 'no dockerd' 'apt-get install docker.io'; return 1; }
  mount_cgroups
  forget_dead_processes
  PATH="$MACHINE_PATH:/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin" \
    setsid nohup "$dockerd" >>"$STATE/dockerd.log" 2>&1 </dev/null 9>&- &
  printf '%s\n' "$!" >"$STATE/dockerd.pid"
}

# After a restart of a container or microVM the pid files of before may name processes of now, and dockerd believes them.
forget_dead_processes() {
  local file pid
  for file in /var/run/docker.pid /var/run/docker/containerd/containerd.pid; do
    pid=$(cat "$file" 2>/dev/null) || continue
    case "$(cat "/proc/$pid/comm" 2>/dev/null)" in dockerd | containerd) ;; *) rm -f "$file" ;; esac
  done
}

# Where nobody has mounted the control groups (a bare container or microVM), the unified hierarchy will do.
mount_cgroups() {
  grep -q ' /sys/fs/cgroup' /proc/mounts && return 0
  mkdir -p /sys/fs/cgroup 2>/dev/null
  attempt mount -t cgroup2 cgroup2 /sys/fs/cgroup || true
}

wait_for_docker() {
  local started
  started=$(now_ms)
  until docker_answers; do
    if [ $(($(now_ms) - started)) -gt 60000 ] || ! dockerd_alive; then
      TRIED="dockerd"
      CAME_OUT=$(grep -v level=info "$STATE/dockerd.log" 2>/dev/null | tail -n 8)
      CAME_OUT=${CAME_OUT:-it does not answer at $DOCKER_SOCKET}
      DO_THIS="see $STATE/dockerd.log; usual causes: no privileges (run on a machine or a privileged container), no iptables, a storage driver
that the file system does not allow (put {\"storage-driver\": \"vfs\"} into /etc/docker/daemon.json), another dockerd with the same folder"
      return 1
    fi
    sleep 0.1
  done
}

# Only ours is watched; a service manager watches its own.
dockerd_alive() {
  local pid
  [ ! -d /run/systemd/system ] || return 0
  pid=$(cat "$STATE/dockerd.pid" 2>/dev/null) || return 0
  kill -0 "$pid" 2>/dev/null || dockerd_is_starting
}
