# Node 26: the machine's own when it is new enough, else the npm registry's platform package in .longshore/node/.

# Leaves NODE (a path) and puts its folder first in PATH.
ensure_node() {
  find_node && { RESULT="$("$NODE" --version)"; return 0; }
  local platform sha512 folder
  platform=$(node_platform) || { blocked "$(uname -s) $(uname -m)" "Longshore runs on Linux, on x64 or arm64: use such a machine or a virtual machine"; return 1; }
  folder="$STATE/node/v$NODE_VERSION-linux-$platform"
  sha512="NODE_SHA512_$platform"
  mkdir -p "$STATE/node"
  rm -rf "$folder"
  progress "taking $NODE_VERSION from the npm registry"
  fetch_package "node-linux-$platform" "$NODE_VERSION" "${!sha512}" "$folder" || return 1
  node_starts "$folder/bin/node" || return 1
  use_node "$folder/bin/node"
  RESULT="v$NODE_VERSION"
}

# The quiet half: true when a Node that is new enough is there already.
find_node() {
  local platform own machine version
  platform=$(node_platform) || return 1
  own="$STATE/node/v$NODE_VERSION-linux-$platform/bin/node"
  if [ -x "$own" ] && "$own" --version >/dev/null 2>&1; then use_node "$own"; return 0; fi
  machine=$(PATH="$MACHINE_PATH" command -v node 2>/dev/null) || return 1
  version=$("$machine" --version 2>/dev/null) || return 1
  version=${version#v}
  [ "${version%%.*}" -ge "$NODE_MAJOR" ] 2>/dev/null || return 1
  use_node "$machine"
}

use_node() {
  NODE=$1
  PATH="$(dirname "$1"):$MACHINE_PATH"
  export PATH
}

node_platform() {
  [ "$(uname -s)" = Linux ] || return 1
  case "$(uname -m)" in
    x86_64 | amd64) printf 'x64' ;;
    aarch64 | arm64) printf 'arm64' ;;
    *) return 1 ;;
  esac
}

# The official build needs two libraries that a minimal Debian does not have.
node_starts() {
  "$1" --version >/dev/null 2>&1 && return 0
  apt_install libatomic1 libstdc++6 || return 1
  attempt "$1" --version && return 0
  DO_THIS="the build needs glibc 2.28 or newer, libstdc++ and libatomic: install them with this machine's package manager, then run it again"
  return 1
}
