#!/usr/bin/env bash
# The whole suite on SQLite with a browser, then every test that touches the database, but those in
# the browser, on PostgreSQL.
# What could not be tested here is said in the last lines. Arguments go to pytest.
set -uo pipefail
bin=${BIN:-.venv/bin}
results=$(mktemp -d)
cluster=
missing=()

trap 'stop_cluster; rm -rf "$results"' EXIT

may_install() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null
}

install() {
    echo "installing $*"
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y "$@"; } >/dev/null
}

# The same engine without its window, where there is such a package, takes three fifths of the time.
find_chromium() {
    local shell=/usr/bin/chromium-headless-shell whole=/usr/bin/chromium
    if [ -z "${CHROMIUM:-}" ]; then
        [ -x "$shell" ] || { may_install && { install chromium-headless-shell || install chromium; }; }
        CHROMIUM=$([ -x "$shell" ] && echo "$shell" || echo "$whole")
    fi
    export CHROMIUM
    [ -x "$CHROMIUM" ] || missing+=("the browser: no Chromium at $CHROMIUM (apt-get install chromium-headless-shell, or set CHROMIUM)")
}

find_tesseract() {
    command -v tesseract >/dev/null || { may_install && install tesseract-ocr tesseract-ocr-rus; }
    command -v tesseract >/dev/null || missing+=("scans: no Tesseract (apt-get install tesseract-ocr tesseract-ocr-rus)")
}

find_postgres() {
    postgres_url=${TEST_POSTGRES_URL:-}
    case ${DATABASE_URL:-} in postgres*) postgres_url=${postgres_url:-$DATABASE_URL} ;; esac
    [ -n "$postgres_url" ] && return
    server=$(server_binaries)
    [ -z "$server" ] && may_install && install postgresql && server=$(server_binaries)
    if [ -n "$server" ]; then
        start_cluster
    fi
    [ -n "$postgres_url" ] || missing+=("PostgreSQL: no server here (install one, or set TEST_POSTGRES_URL)")
}

server_binaries() {
    local initdb
    initdb=$(ls -d /usr/lib/postgresql/*/bin/initdb 2>/dev/null | sort -V | tail -1)
    initdb=${initdb:-$(command -v initdb || true)}
    [ -n "$initdb" ] && dirname "$initdb"
}

# PostgreSQL refuses to run as root.
as_owner() {
    if [ "$(id -u)" = 0 ]; then (cd / && runuser -u postgres -- "$@"); else "$@"; fi
}

start_cluster() {
    local port
    cluster=$(mktemp -d /tmp/archive-postgres.XXXXXX)
    [ "$(id -u)" = 0 ] && chown postgres "$cluster"
    port=$("$bin/python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    as_owner "$server/initdb" -D "$cluster/data" -U archive -A trust -E UTF8 --locale=C.UTF-8 -N >"$results/postgres" 2>&1 \
        && as_owner "$server/pg_ctl" -D "$cluster/data" -l "$cluster/log" -w start -o \
            "-p $port -k $cluster -c listen_addresses=127.0.0.1 -c fsync=off -c synchronous_commit=off -c full_page_writes=off" \
            >>"$results/postgres" 2>&1 \
        && postgres_url=postgres://archive@127.0.0.1:$port/postgres \
        || cat "$results/postgres" "$cluster/log" 2>/dev/null >&2
}

stop_cluster() {
    [ -n "$cluster" ] || return 0
    as_owner "$server/pg_ctl" -D "$cluster/data" -m immediate stop >/dev/null 2>&1
    rm -rf "$cluster"
    cluster=
}

# run NAME pytest-arguments…: runs the suite and keeps its closing line.
run() {
    local name=$1
    shift
    echo "── $name"
    "$bin/python" -m pytest -n auto --dist worksteal "$@" 2>&1 | tee "$results/$name"
    local code=${PIPESTATUS[0]}
    closing+=("$name: $(tail -1 "$results/$name" | sed -e 's/\x1b\[[0-9;]*m//g' -e 's/^=* *//; s/ *=*$//')")
    [ "$code" = 0 ] || failed=1
}

closing=()
failed=0
find_chromium
find_tesseract
find_postgres
browser=()
[ -x "$CHROMIUM" ] || browser=(-m "not browser")
DATABASE_URL=sqlite://:memory: run SQLite "${browser[@]}" "$@"
[ -z "$postgres_url" ] || DATABASE_URL=$postgres_url run PostgreSQL --database-only -m "not browser" "$@"

echo
for name in "${missing[@]}"; do
    echo "!!!!! NOT TESTED with $name"
done
printf '%s\n' "${closing[@]}"
exit $failed
