#!/usr/bin/env bash
# The health check that teams write first: one question after the other.
# Set by the benchmark: PRODUCTION_DB, PRODUCTION_BACKEND, PRODUCTION_URL, PRODUCTION_TABLES,
# PRODUCTION_ROUTES.
set -u
failed=0

query() {
    docker exec "$PRODUCTION_DB" psql -U npd -d npd -tAc "$1"
}

for container in "$PRODUCTION_DB" "$PRODUCTION_BACKEND"; do
    status=$(docker inspect --format '{{.State.Status}}' "$container")
    if [ "$status" != running ]; then
        echo "container $container: $status"
        failed=1
    fi
done

head=$(docker exec "$PRODUCTION_BACKEND" alembic heads | awk '{ print $1 }')
current=$(query 'SELECT version_num FROM alembic_version')
if [ "$head" != "$current" ]; then
    echo "migrations: $current, head is $head"
    failed=1
fi

for route in $PRODUCTION_ROUTES; do
    code=$(curl --silent --output /dev/null --write-out '%{http_code}' --max-time 5 "$PRODUCTION_URL$route")
    if [ "$code" -ge 500 ]; then
        echo "$route: $code"
        failed=1
    fi
done

for table in $PRODUCTION_TABLES; do
    rows=$(query "SELECT count(*) FROM $table")
    if [ "$rows" -lt 1 ]; then
        echo "$table: $rows rows"
        failed=1
    fi
done

exit "$failed"
