#!/bin/sh
# Stands for a proxy beside the application.
echo "proxy up"
: > /tmp/proxy-is-up
trap 'exit 0' TERM
while :; do sleep 1 & wait $!; done
