#!/usr/bin/env bash
# The same questions by somebody who tunes: one call each, all at once, no Python in the container.
# Set by the benchmark: PRODUCTION_DB, PRODUCTION_BACKEND, PRODUCTION_URL, PRODUCTION_TABLES,
# PRODUCTION_ROUTES.
set -u
answers=$(mktemp -d)
trap 'rm -rf "$answers"' EXIT
failed=0

docker inspect --format '{{.State.Status}}' "$PRODUCTION_DB" "$PRODUCTION_BACKEND" \
    >"$answers/states" &

docker exec "$PRODUCTION_BACKEND" sh -c 'cat migrations/versions/*.py' >"$answers/revisions" &

statement='SELECT version_num'
for table in $PRODUCTION_TABLES; do
    statement="$statement, (SELECT count(*) FROM $table)"
done
docker exec "$PRODUCTION_DB" psql -U npd -d npd -tAF ' ' -c "$statement FROM alembic_version" \
    >"$answers/rows" &

calls=()
for route in $PRODUCTION_ROUTES; do
    calls+=(--next --silent --output /dev/null --write-out '%{http_code} %{url}\n' --max-time 5
        "$PRODUCTION_URL$route")
done
curl --parallel "${calls[@]:1}" >"$answers/codes" 2>"$answers/problems" &
wait

if [ "$(sort -u "$answers/states")" != running ]; then
    echo "containers: $(tr '\n' ' ' <"$answers/states")"
    failed=1
fi

head=$(awk -F'"' '
    /^revision/ { known[$2] = 1 }
    /^down_revision/ { parent[$2] = 1 }
    END { for (id in known) if (!(id in parent)) print id }' "$answers/revisions")
read -r current counts <"$answers/rows"
if [ "$head" != "$current" ]; then
    echo "migrations: $current, head is $head"
    failed=1
fi

while read -r code url; do
    case $code in
        2?? | 401 | 403) ;;
        *)
            echo "$url: $code"
            failed=1
            ;;
    esac
done <"$answers/codes"

for rows in $counts; do
    if [ "$rows" -lt 1 ]; then
        echo "tables: $counts rows"
        failed=1
        break
    fi
done

exit "$failed"
