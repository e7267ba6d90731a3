# Programs from the distribution's packages. Looked for by program, so that Docker from docker.com counts as well.

# program:package pairs, each installed only when the program is absent.
RUN_PROGRAMS='dockerd:docker.io docker:docker-cli haproxy:haproxy ip:iproute2 nft:nftables iptables:iptables'
DEMO_PROGRAMS='busybox:busybox-static'
TEST_PROGRAMS='aws:awscli skopeo:skopeo docker-registry:docker-registry curl:curl'

ensure_run_packages() { install_missing "$(missing_packages $RUN_PROGRAMS)"; }
ensure_demo_packages() { install_missing "$(missing_packages $RUN_PROGRAMS $DEMO_PROGRAMS; static_busybox)"; }
ensure_test_packages() { install_missing "$(missing_packages $RUN_PROGRAMS $TEST_PROGRAMS; static_busybox; python_boto3)"; }

ensure_aws_cli() { install_missing awscli; }

missing_packages() {
  local pair
  for pair in "$@"; do
    find_program "${pair%%:*}" >/dev/null || printf '%s\n' "${pair#*:}"
  done
}

# Images are built FROM scratch: a busybox that needs the machine's libraries would not start in one.
static_busybox() { [ -e /usr/share/doc/busybox-static ] || printf 'busybox-static\n'; }

# The distribution's Python, because another one in PATH would not see its packages.
python_boto3() { [ -d /usr/lib/python3/dist-packages/boto3 ] || printf 'python3-boto3\n'; }

# PATH of an ordinary user often lacks the sbin folders.
find_program() { PATH="$MACHINE_PATH:/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin" command -v "$1"; }

install_missing() {
  local wanted
  wanted=$(printf '%s\n' "$1" | known_names | sort -u | tr '\n' ' ')
  wanted=${wanted# } wanted=${wanted% }
  if [ -n "$wanted" ]; then
    # shellcheck disable=SC2086
    apt_install $wanted || return 1
    # shellcheck disable=SC2086
    quiet_services $wanted
  fi
  RESULT='installed'
}

# docker.io brings the client itself up to Debian 12; docker-cli is a package of its own only after that.
known_names() {
  local name
  while read -r name; do
    if [ "$name" = docker-cli ] && ! package_known docker-cli; then name=docker.io; fi
    [ -z "$name" ] || printf '%s\n' "$name"
  done
}

package_known() { apt-cache show "$1" >/dev/null 2>&1; }

# apt_install PACKAGE…: refreshes the package lists only when installing with the present ones fails.
apt_install() {
  if ! command -v apt-get >/dev/null 2>&1; then
    blocked "this machine has no apt-get; missing: $*" "install what Debian calls: $*
with this machine's package manager, then run it again"
    return 1
  fi
  if ! is_root; then
    blocked "not root; missing: $*" "sudo apt-get install --no-install-recommends $*
then run it again (or run it again with sudo)"
    return 1
  fi
  progress "installing $*"
  apt_get install "$@" && return 0
  apt_get update && apt_get install "$@" && return 0
  DO_THIS="check the network and /etc/apt (apt-get update shows what is wrong), then run it again"
  return 1
}

apt_get() {
  local verb=$1
  shift
  attempt env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 "$verb" -y --no-install-recommends "$@"
}

# We run HAProxy ourselves, and the reference registry only in benchmarks: what we just installed must not hold ports.
quiet_services() {
  local package
  [ -d /run/systemd/system ] || return 0
  for package in "$@"; do
    case "$package" in haproxy | docker-registry) attempt systemctl disable --now "$package" || true ;; esac
  done
}
