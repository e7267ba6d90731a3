#!/bin/sh
# The container's first process: asks the task metadata endpoint who it is, serves /www, and ends at once on SIGTERM.
trap 'echo "stopping"; exit 0' TERM INT

if [ -n "${ECS_CONTAINER_METADATA_URI_V4:-}" ]; then
  # By address, not by name: a static busybox cannot look names up.
  arn=$(wget -q -T 2 -O - "$ECS_CONTAINER_METADATA_URI_V4/task" 2>/dev/null | sed -n 's/.*"TaskARN":"\([^"]*\)".*/\1/p')
fi
TASK=${arn##*/}
export TASK="${TASK:-$(hostname)}"

echo "hello version $VERSION, task $TASK, listening on port ${PORT:-80}"
httpd -f -p "${PORT:-80}" -h /www &
wait $!
