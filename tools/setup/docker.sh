# A Docker Engine that answers: started through the service manager where there is one, by hand where there is none.

DOCKER_SOCKET=/var/run/docker.sock
DAEMON_CONFIG=/etc/docker/daemon.json
TASK_RUNTIME=/usr/local/libexec/longshore/task-runtime

ensure_docker() {
  local did=running
  install_task_runtime
  docker_answers || { start_docker || return 1; did=started; }
  RESULT="$DOCKER_VERSION, $did"
  offer_task_runtime || RESULT="$RESULT; tasks are on networks of its own, which start slower: $DO_THIS"
}

# The OCI runtime that puts a task's containers into its network namespace. Without it Docker does that, at twice the cost.
install_task_runtime() {
  may_configure_docker || return 0
  cmp -s "$ROOT/tools/setup/task-runtime.sh" "$TASK_RUNTIME" || install -D -m 755 "$ROOT/tools/setup/task-runtime.sh" "$TASK_RUNTIME" 2>>"$SETUP_LOG" || return 0
  "$NODE" "$ROOT/tools/setup/daemon-config.ts" "$DAEMON_CONFIG" "$TASK_RUNTIME" 2>>"$SETUP_LOG" || true
}

# A running dockerd reads its configuration again; containers do not notice.
offer_task_runtime() {
  DO_THIS="$DAEMON_CONFIG was left alone"
  task_runtime_is_known && return 0
  may_configure_docker || return 1
  DO_THIS='it does not take the runtime longshore; its own log says why'
  reload_dockerd && return 0
  # What this dockerd does not take might keep the next one from starting.
  "$NODE" "$ROOT/tools/setup/daemon-config.ts" "$DAEMON_CONFIG" 2>>"$SETUP_LOG" || true
  return 1
}

reload_dockerd() {
  local started
  dockerd_is_there && kill -HUP "$(cat /var/run/docker.pid)" 2>>"$SETUP_LOG" || return 1
  started=$(now_ms)
  until task_runtime_is_known; do
    [ $(($(now_ms) - started)) -lt 5000 ] || return 1
    sleep 0.1
  done
}

# dockerd refuses runtimes that are given both on its command line and in its configuration.
may_configure_docker() {
  is_root && [ -z "${LONGSHORE_KEEP_DOCKER_CONFIG:-}" ] || return 1
  ! grep -qs -e --add-runtime "/proc/$(cat /var/run/docker.pid 2>/dev/null)/cmdline" || return 1
  [ ! -d /run/systemd/system ] || ! systemctl cat docker.service 2>/dev/null | grep -q -e --add-runtime
}

task_runtime_is_known() {
  "$(find_program docker)" -H "unix://$DOCKER_SOCKET" info --format '{{json .Runtimes}}' 2>>"$SETUP_LOG" | grep -qF "\"$TASK_RUNTIME\""
}

start_docker() {
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
  elif ! dockerd_is_there; then
    start_dockerd || return 1
  fi
  wait_for_docker
}

docker_answers() {
  [ -S "$DOCKER_SOCKET" ] || return 1
  DOCKER_VERSION=$(timeout 10 "$(find_program docker)" -H "unix://$DOCKER_SOCKET" version --format '{{.Server.Version}}' 2>/dev/null)
}

# It may not answer yet: a package's own start script may have been quicker than we are.
dockerd_is_there() {
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
  kill -0 "$pid" 2>/dev/null || dockerd_is_there
}
