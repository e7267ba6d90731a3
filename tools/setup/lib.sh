# Set-up steps: one progress line each, everything they run goes to one log, and a step that fails says
# what it tried, what came out and what to do. Sourced by ./longshore; needs bash, coreutils and nothing else.

STATE="$ROOT/.longshore"
SETUP_LOG="$STATE/setup.log"

# A step reports through these: RESULT ends its progress line; TRIED, CAME_OUT and DO_THIS explain a failure.
RESULT='' TRIED='' CAME_OUT='' DO_THIS=''

# run_steps NAME FUNCTION [NAME FUNCTION …]: runs each step in order, stops at the first that fails.
run_steps() {
  local total=$(($# / 2)) number=0 started
  mkdir -p "$STATE" 2>/dev/null || { printf 'longshore: cannot write to %s\n  do this:  use a clone that you own, or run as its owner\n' "$STATE" >&2; exit 1; }
  lock_setup
  while [ $# -gt 0 ]; do
    number=$((number + 1))
    RESULT='' TRIED='' CAME_OUT='' DO_THIS=''
    started=$(now_ms)
    printf '[%d/%d] %s … ' "$number" "$total" "$1" >&2
    if "$2"; then
      printf '%s (%s s)\n' "${RESULT:-ready}" "$(seconds_since "$started")" >&2
    else
      printf 'failed (%s s)\n' "$(seconds_since "$started")" >&2
      print_failure
      exit 1
    fi
    shift 2
  done
  unlock_setup
}

print_failure() {
  {
    [ -z "$TRIED" ] || printf '  tried:    %s\n' "$TRIED"
    [ -z "$CAME_OUT" ] || printf '%s\n' "$CAME_OUT" | sed '1s/^/  came out: /; 2,$s/^/            /'
    [ -z "$DO_THIS" ] || printf '%s\n' "$DO_THIS" | sed '1s/^/  do this:  /; 2,$s/^/            /'
    [ ! -e "$SETUP_LOG" ] || printf '  log:      %s\n' "$SETUP_LOG"
  } >&2
}

# One set-up at a time in one clone. The lock is on a file handle, so it ends with the process.
lock_setup() {
  command -v flock >/dev/null 2>&1 || return 0
  exec 9>"$STATE/setup.lock"
  flock -n 9 && return 0
  printf 'another ./longshore is setting up this clone; waiting for it\n' >&2
  flock 9
}

unlock_setup() { exec 9>&-; }

# Adds a word or two to the progress line of a step that takes long.
progress() { printf '%s … ' "$1" >&2; }

# attempt COMMAND…: runs it quietly with its output in the log; on failure leaves TRIED and CAME_OUT.
attempt() {
  local output code
  printf '\n$ %s\n' "$*" >>"$SETUP_LOG"
  output=$("$@" 2>&1 9>&- </dev/null) && code=0 || code=$?
  printf '%s\n' "$output" >>"$SETUP_LOG"
  [ "$code" -eq 0 ] && return 0
  TRIED="$*"
  CAME_OUT=$(shorten "$output")
  [ -n "$CAME_OUT" ] || CAME_OUT="exit code $code, no output"
  return 1
}

# The first lines usually name the cause, the last ones the end.
shorten() {
  local lines
  lines=$(printf '%s\n' "$1" | grep -c '')
  if [ "$lines" -le 12 ]; then printf '%s\n' "$1"; else printf '%s\n' "$1" | sed -n -e '1,6p' -e '6a …' -e "$((lines - 5)),\$p"; fi
}

# blocked WHAT-CAME-OUT WHAT-TO-DO: for a step that knows beforehand that it cannot.
blocked() {
  CAME_OUT="$1"
  DO_THIS="$2"
  return 1
}

is_root() { [ "$(id -u)" -eq 0 ]; }

# EPOCHREALTIME uses the locale's decimal sign.
now_ms() { local now=${EPOCHREALTIME/[.,]/}; printf '%s' "${now%???}"; }

seconds_since() {
  local elapsed=$(($(now_ms) - $1))
  printf '%d.%d' $((elapsed / 1000)) $((elapsed % 1000 / 100))
}
