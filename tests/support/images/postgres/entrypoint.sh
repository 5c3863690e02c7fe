#!/bin/sh
# Make the cluster on first start, then become the server.
set -eu
as_postgres="setpriv --reuid=postgres --regid=postgres --init-groups"

mkdir -p "$PGDATA" /run/postgresql
chown postgres:postgres "$PGDATA" /run/postgresql
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    password=$(mktemp)
    printf '%s' "$POSTGRES_PASSWORD" >"$password"
    chown postgres "$password"
    $as_postgres initdb -E UTF8 --locale=C.UTF-8 --no-sync -U "$POSTGRES_USER" \
        --pwfile="$password" --auth-local=trust --auth-host=scram-sha-256 >/dev/null
    rm "$password"
    echo "host all all all scram-sha-256" >>"$PGDATA/pg_hba.conf"
    echo "CREATE DATABASE \"$POSTGRES_DB\"" | $as_postgres postgres --single -j postgres >/dev/null
fi
exec $as_postgres postgres -c "listen_addresses=*" -c fsync=off
