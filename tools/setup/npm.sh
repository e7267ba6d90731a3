# The npm packages of package-lock.json, installed only when node_modules does not hold them already.

ensure_npm_packages() {
  local stamp="$ROOT/node_modules/.longshore-stamp" wanted
  wanted=$(sha512sum "$ROOT/package-lock.json" | cut -c 1-32)
  if [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then RESULT='installed'; return 0; fi
  # Somebody may have run npm by hand: what counts is what lies there.
  if ! "$NODE" "$ROOT/tools/setup/npm-installed.ts" 2>/dev/null; then
    progress 'npm ci'
    run_npm ci --ignore-scripts --no-audit --no-fund --no-progress || {
      DO_THIS="${DO_THIS:-check the network and the registry (npm config get registry), then run it again}"
      return 1
    }
  fi
  printf '%s\n' "$wanted" >"$stamp"
  RESULT='installed'
}

# The machine's npm with the machine's Node, or a pinned npm with ours.
run_npm() {
  if machine_npm_works; then
    attempt npm_environment PATH="$MACHINE_PATH" npm --prefix "$ROOT" "$@"
    return
  fi
  local folder="$STATE/npm/$NPM_VERSION"
  if [ ! -f "$folder/bin/npm-cli.js" ]; then
    mkdir -p "$STATE/npm"
    fetch_package npm "$NPM_VERSION" "$NPM_SHA512" "$folder" || return 1
  fi
  attempt npm_environment "$NODE" "$folder/bin/npm-cli.js" --prefix "$ROOT" "$@"
}

# Node brings its own list of certificate authorities; a company's proxy has one that only the system knows.
npm_environment() {
  local system=/etc/ssl/certs/ca-certificates.crt
  [ -z "${NODE_EXTRA_CA_CERTS:-}" ] && [ -r "$system" ] && set -- NODE_EXTRA_CA_CERTS="$system" "$@"
  env "$@"
}
