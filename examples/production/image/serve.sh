#!/bin/sh
# Stands for the application: says what it was given, secrets as their hashes only.
hash() { printf %s "$1" | sha256sum | cut -c 1-16; }
echo "STAGE=$STAGE CURRENCY=$CURRENCY LOG_LEVEL=$LOG_LEVEL GREETING=$GREETING"
echo "API_TOKEN=$(hash "$API_TOKEN") FEATURES=$FEATURES DB_USER=$DB_USER DB_PASSWORD=$(hash "$DB_PASSWORD") DB_OLD_PASSWORD=$(hash "$DB_OLD_PASSWORD")"
echo "uid=$(id -u) nofile=$(ulimit -Sn)/$(ulimit -Hn) root=$(touch /x 2>/dev/null && echo writable || echo read-only) migrated=$(test -e /shared/migrated && echo yes)"
trap 'exit 0' TERM
while :; do sleep 1 & wait $!; done
