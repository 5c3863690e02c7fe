"""An example with every table, shown in the manual and decoded by the tests."""

from __future__ import annotations

EXAMPLE = """\
[tool.safeguards.scan]
paths = ["backend/app"]
source-roots = ["backend"]
exclude = ["**/generated/**"]
ignore = []
error = ["SG111"]
per-file-ignores = { "backend/app/legacy/**" = ["SG115"] }
sqlalchemy = "2.0"
baseline = "safeguards-baseline.json"

[tool.safeguards.migrations]
config = "backend/alembic.ini"
dialect = "postgresql"

[tool.safeguards.push]
branches = ["main"]
remote = "origin"
post-push = "follow"
gate = ["scan", "history", "production"]
unreachable = "block"

[tool.safeguards.targets.production]
runtime = "compose"
containers = ["npd-db", "npd-backend"]
project = "npd"
compose-file = "compose.yaml"
docker-host = "env:PROD_DOCKER_HOST"
build = ["backend"]
restart-on = ["backend/app/**", "backend/migrations/**", "backend/Dockerfile"]

[tool.safeguards.targets.production.command]   # read with runtime = "command" only
start = ["systemctl", "start", "npd"]
stop = ["systemctl", "stop", "npd"]
status = ["systemctl", "is-active", "npd"]
build = ["make", "release"]
workdir = "."

[tool.safeguards.targets.production.sync]
lock-wait = 60
lock-timeout = 3
statement-timeout = 900
health-timeout = 60
backup = "auto"
allow-downgrade = false
trial = true

[tool.safeguards.targets.production.database]
url = "env:NPD_DATABASE_URL"
container = "npd-db"
user = "npd"
name = "npd"

[tool.safeguards.targets.production.alembic]
container = "npd-backend"
workdir = "/srv"

[tool.safeguards.targets.production.api]
base-url = "http://127.0.0.1:8000"
timeout = 5
endpoints = [
  "/health",
  "/api/v1/projects",
  { path = "/api/v1/contacts", method = "GET", headers = { Authorization = "env:TOKEN" }, \
expect = [200, 401], max-ms = 800, json = { status = "ok" }, body-matches = "contacts" },
]

[tool.safeguards.targets.production.records]
projects = 1
organizations = { min = 1, max-drop = "20%" }
contacts = 0
"audit.events" = { min = 1, estimate = true, newest = { column = "created_at", within = "1h" } }
stale-jobs = { sql = "select count(*) from jobs where state = 'stuck'", max = 0 }

[tool.safeguards.notify]
github-repository = "owner/name"
github-api = "https://api.github.com"
webhook = "env:ALERT_WEBHOOK"
ping = "env:HEALTHCHECK_URL"

[tool.safeguards.metrics]
textfile = "/var/lib/node_exporter/safeguards.prom"
pushgateway = "http://127.0.0.1:9091"
listen = "127.0.0.1:9464"

[tool.safeguards.agents.files]
".claude/agents/test-and-cleanup.md" = "production-sync"
".claude/commands/orchestrate3.md" = "post-workflow"
"""
