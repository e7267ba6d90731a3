#!/bin/sh
# The container's first process: serves /www, and ends at once on SIGTERM.
trap 'echo "stopping"; exit 0' TERM INT

# The host name of a Fargate task is its address. (The metadata endpoint knows more; a static busybox has no client for it.)
export TASK="${TASK:-$(hostname)}"

echo "hello version $VERSION, task $TASK, listening on port ${PORT:-80}"
httpd -f -p "${PORT:-80}" -h /www &
wait $!
