# Runs one throw-away PostgreSQL for as long as standard input stays open.
#
# xtask holds the other end of that pipe. However it ends (finished, failed, Ctrl-C, SIGKILL), the
# pipe closes, `cat` returns, and the server is stopped and its folder removed.
#
# $1 folder (exists, empty)   $2 port   $3 folder with initdb and pg_ctl   $4 account, or - for ourselves
set -eu
folder=$1 port=$2 bin=$3 account=$4
cd "$folder"
as() { if [ "$account" = - ]; then "$@"; else runuser -u "$account" -- "$@"; fi; }
stop() {
    as "$bin/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1 || true
    cd /
    rm -rf "$folder"
}
trap stop EXIT
trap '' INT TERM HUP
if [ "$account" != - ]; then chown "$account" "$folder"; fi
if ! as "$bin/initdb" -D "$folder/data" --username=postgres --auth=trust --encoding=UTF8 --locale=C \
    --data-checksums >"$folder/made" 2>&1; then
    cat "$folder/made" >&2
    exit 1
fi
# The socket alone, in a folder nobody else may enter: no other account of this machine can reach a
# server that trusts everybody. The port only names the socket.
settings="-c listen_addresses='' -c unix_socket_directories='$folder' -c port=$port -c max_connections=300"
if ! as "$bin/pg_ctl" -D "$folder/data" -l "$folder/log" -w -t 60 -o "$settings" start >/dev/null; then
    cat "$folder/log" >&2
    exit 1
fi
echo ready
cat >/dev/null
