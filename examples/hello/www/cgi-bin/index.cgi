#!/bin/sh
# Answers a request, and writes a line about it to the container's log (standard error; standard output is the answer).
from=${REMOTE_ADDR#[[]::ffff:}
echo "$REQUEST_METHOD $REQUEST_URI from ${from%]} answered by $TASK" >&2
printf 'Content-Type: text/plain\r\n\r\n'
printf 'Hello from Longshore, version %s, task %s\n' "$VERSION" "$TASK"
