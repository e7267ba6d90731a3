#!/bin/sh
# Longshore's OCI runtime: runc, for a container that belongs into a network namespace which the agent has made for its task.
#
# Docker calls it as it calls runc, when the agent says so. Before runc creates the container, the namespace in its configuration is
# made the one that /run/longshore/namespaces/<container id> leads to, and Docker's hook, which would take the new namespace over, goes.
# Without a namespace the container does not start: it would be on a network of nobody's.
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin
create= bundle=. log= id=
for word; do
  case "$previous" in
    --bundle | -b) bundle=$word ;;
    --log) log=$word ;;
  esac
  [ "$word" = create ] && create=yes
  previous=$word
  id=$word
done
[ -n "$create" ] || exec runc "$@"

# containerd reads what went wrong in runc's own log.
refuse() {
  [ -z "$log" ] || printf '{"level":"error","msg":"%s"}\n' "$1" >>"$log"
  echo "$1" >&2
  exit 1
}

namespace=${LONGSHORE_NAMESPACES:-/run/longshore/namespaces}/$id
config=$bundle/config.json
[ -e "$namespace" ] || refuse "no network namespace was made for container $id"
hook='{"path":"[^"]*","args":\["libnetwork-setkey"[^]]*]}'
sed -i -e "s#{\"type\":\"network\"}#{\"type\":\"network\",\"path\":\"$namespace\"}#" -e "s#,$hook##" -e "s#$hook,\{0,1\}##" "$config" || refuse "cannot write $config"
grep -qF "{\"type\":\"network\",\"path\":\"$namespace\"}" "$config" || refuse "the configuration of container $id has no network namespace of its own"
exec runc "$@"
