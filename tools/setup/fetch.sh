# Takes one package from the npm registry into a folder of the project, with npm where there is one and
# with curl or wget where there is none. The content must have the pinned SHA-512, wherever it came from.

# fetch_package NAME VERSION SHA512 FOLDER: FOLDER appears complete or not at all.
fetch_package() {
  local name=$1 version=$2 sha512=$3 folder=$4 work="$4.part.$$" code=0
  rm -rf "$work" && mkdir -p "$work/out"
  download_package "$name" "$version" "$work" && unpack_package "$work" "$sha512" || code=1
  if [ "$code" -eq 0 ] && [ ! -e "$folder" ]; then mv "$work/out" "$folder" || code=1; fi
  rm -rf "$work"
  return "$code"
}

download_package() {
  local name=$1 version=$2 work=$3 registry url
  if machine_npm_works; then
    attempt npm_environment PATH="$MACHINE_PATH" npm pack "$name@$version" --pack-destination "$work" && mv "$work"/*.tgz "$work/package.tgz" && return 0
    DO_THIS="check the network and the registry (npm config get registry; proxies: npm config set https-proxy URL), then run it again"
    return 1
  fi
  ensure_downloader || return 1
  registry=$(npmrc_value registry)
  registry=${registry:-https://registry.npmjs.org/}
  url="${registry%/}/$name/-/$name-$version.tgz"
  if command -v curl >/dev/null 2>&1; then
    attempt curl -fsSL --retry 3 --connect-timeout 20 -o "$work/package.tgz" "$url" && return 0
  else
    attempt wget -q --tries=3 -T 60 -O "$work/package.tgz" "$url" && return 0
  fi
  DO_THIS="check that this machine reaches $registry
(behind a proxy: export https_proxy=URL; another registry: npm_config_registry=URL or a line 'registry=URL' in ~/.npmrc), then run it again"
  return 1
}

unpack_package() {
  local work=$1 sha512=$2 seen
  seen=$(sha512sum "$work/package.tgz" | cut -d ' ' -f 1)
  if [ "$seen" != "$sha512" ]; then
    TRIED="sha512sum of the downloaded package"
    blocked "expected $sha512
got      $seen" "the download was cut or changed on its way: run it again; if it stays so, look at the registry you use"
    return 1
  fi
  attempt tar -xzf "$work/package.tgz" -C "$work/out" --strip-components=1 --no-same-owner
}

ensure_downloader() {
  command -v curl >/dev/null 2>&1 || command -v wget >/dev/null 2>&1 || apt_install curl ca-certificates
}

# The value of a key of npm's configuration, read without npm: environment, project, user, system.
npmrc_value() {
  local key=$1 file value
  value=$(printenv "npm_config_$key" || printenv "NPM_CONFIG_$(printf '%s' "$key" | tr '[:lower:]' '[:upper:]')" || true)
  for file in "$ROOT/.npmrc" "${HOME:-/root}/.npmrc" /etc/npmrc; do
    [ -z "$value" ] && [ -r "$file" ] && value=$(sed -n "s/^[[:space:]]*$key[[:space:]]*=[[:space:]]*//p" "$file" | tail -n 1)
  done
  printf '%s' "$value"
}

# True when the machine has an npm that is new enough and starts with the machine's own Node.
machine_npm_works() {
  if [ -z "${MACHINE_NPM:-}" ]; then
    local version
    version=$(PATH="$MACHINE_PATH" npm --version 2>/dev/null) || version=0
    [ "${version%%.*}" -ge "$NPM_MAJOR" ] 2>/dev/null && MACHINE_NPM=yes || MACHINE_NPM=no
  fi
  [ "$MACHINE_NPM" = yes ]
}
