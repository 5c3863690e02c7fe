#!/usr/bin/env bash
# What a team types to bring a commit live: build and replace, then migrate. Nothing is checked.
set -euo pipefail
docker compose up --detach --build
docker compose exec -T npd-backend alembic upgrade head
