"""A whole configuration decodes, and every wrong one says what to change."""

from __future__ import annotations

import pytest

from safeguards.config.checks import Endpoint, Record
from safeguards.config.example import EXAMPLE
from safeguards.config.load import load
from safeguards.config.schema import Config
from safeguards.config.targets import Target
from safeguards.errors import ConfigError
from safeguards.exitcodes import ExitCode


def example() -> Config:
    return load(EXAMPLE, "pyproject.toml", "pyproject")


def production() -> Target:
    return example().targets["production"]


def refuse(text: str) -> ConfigError:
    with pytest.raises(ConfigError) as refused:
        load(text, "safeguards.toml", "safeguards")
    assert refused.value.exit_code == ExitCode.CONFIG == 78
    return refused.value


def said(error: ConfigError) -> str:
    context = "\n".join(f"{title}: {text}" for title, text in error.context)
    return f"{error.message}\n{context}\n{error.hint}"


class TestExample:
    def test_scan(self) -> None:
        scan = example().scan
        assert scan.paths == ("backend/app",)
        assert scan.source_roots == ("backend",)
        assert scan.exclude == ("**/generated/**",)
        assert scan.ignore == ()
        assert scan.error == ("SG111",)
        assert scan.per_file_ignores == {"backend/app/legacy/**": ("SG115",)}
        assert scan.sqlalchemy == "2.0"
        assert scan.baseline == "safeguards-baseline.json"

    def test_migrations_and_push(self) -> None:
        migrations, push = example().migrations, example().push
        assert (migrations.config, migrations.dialect) == ("backend/alembic.ini", "postgresql")
        assert (push.branches, push.remote, push.post_push) == (("main",), "origin", "follow")
        assert push.gate == ("scan", "history", "production")
        assert push.unreachable == "block"

    def test_how_the_target_runs(self) -> None:
        target = production()
        assert target.runtime == "compose"
        assert target.containers == ("npd-db", "npd-backend")
        assert (target.project, target.compose_file) == ("npd", "compose.yaml")
        assert target.docker_host == "env:PROD_DOCKER_HOST"
        assert target.build == ("backend",)
        assert target.restart_on[1:] == ("backend/migrations/**", "backend/Dockerfile")
        assert target.command is not None
        assert target.command.start == ("systemctl", "start", "npd")
        assert target.command.stop == ("systemctl", "stop", "npd")
        assert target.command.status == ("systemctl", "is-active", "npd")
        assert target.command.build == ("make", "release")
        assert target.command.workdir == "."

    def test_how_the_target_is_changed(self) -> None:
        sync = production().sync
        assert (sync.lock_wait, sync.lock_timeout) == (60, 3)
        assert (sync.statement_timeout, sync.health_timeout) == (900, 60)
        assert (sync.backup, sync.allow_downgrade, sync.trial) == ("auto", False, True)

    def test_how_the_database_is_asked(self) -> None:
        target = production()
        assert target.database is not None
        assert target.database.url == "env:NPD_DATABASE_URL"
        assert (target.database.container, target.database.user) == ("npd-db", "npd")
        assert target.database.name == "npd"
        assert (target.alembic.container, target.alembic.workdir) == ("npd-backend", "/srv")

    def test_endpoints_in_short_and_long_form(self) -> None:
        api = production().api
        assert api is not None
        assert (api.base_url, api.timeout) == ("http://127.0.0.1:8000", 5)
        assert api.routes == (
            Endpoint(path="/health"),
            Endpoint(path="/api/v1/projects"),
            Endpoint(
                path="/api/v1/contacts",
                method="GET",
                headers={"Authorization": "env:TOKEN"},
                expect=(200, 401),
                max_ms=800,
                json={"status": "ok"},
                body_matches="contacts",
            ),
        )
        assert [route.statuses for route in api.routes] == [(), (), (200, 401)]

    def test_records_in_short_and_long_form(self) -> None:
        thresholds = production().thresholds
        assert list(thresholds) == [
            "projects",
            "organizations",
            "contacts",
            "audit.events",
            "stale-jobs",
        ]
        assert thresholds["projects"] == Record(min=1)
        assert thresholds["contacts"] == Record(min=0)
        assert thresholds["organizations"].max_drop_fraction == pytest.approx(0.2)
        events = thresholds["audit.events"]
        assert events.estimate
        assert events.newest is not None
        assert (events.newest.column, events.newest.within_seconds) == ("created_at", 3600)
        stale = thresholds["stale-jobs"]
        assert stale.sql == "select count(*) from jobs where state = 'stuck'"
        assert (stale.min, stale.max) == (None, 0)

    def test_who_is_told(self) -> None:
        config = example()
        assert config.notify.github_repository == "owner/name"
        assert config.notify.github_api == "https://api.github.com"
        assert (config.notify.webhook, config.notify.ping) == (
            "env:ALERT_WEBHOOK",
            "env:HEALTHCHECK_URL",
        )
        assert config.metrics.textfile == "/var/lib/node_exporter/safeguards.prom"
        assert config.metrics.pushgateway == "http://127.0.0.1:9091"
        assert config.metrics.listen == "127.0.0.1:9464"
        assert config.agents.files == {
            ".claude/agents/test-and-cleanup.md": "production-sync",
            ".claude/commands/orchestrate3.md": "post-workflow",
        }


ACCEPTED = {
    "nothing": "",
    "byte order mark": '\ufeff[scan]\npaths = ["app"]',
    "windows lines": '[scan]\r\npaths = ["app"]\r\n',
    "one status": '[targets.p]\ncontainers = ["a"]\n[targets.p.api]\n'
    'base-url = "http://x"\nendpoints = [{ path = "/a", expect = 204 }]',
    "sqlite without a password": '[targets.p]\ncontainers = ["a"]\n'
    '[targets.p.database]\nurl = "sqlite:///app.db"',
    "user without a password": '[targets.p]\ncontainers = ["a"]\n'
    '[targets.p.database]\nurl = "postgresql+asyncpg://npd@db:5432/npd?ssl=require"',
    "engine by ssh": '[targets.p]\ncontainers = ["a"]\ndocker-host = "ssh://deploy@host:22"',
    "command with a status only": '[targets.p]\nruntime = "command"\n'
    '[targets.p.command]\nstatus = ["true"]',
    "secret in a file": '[targets.p]\ncontainers = ["a"]\ndocker-host = "file:secrets/engine"',
    "branch with a slash": '[push]\nbranches = ["release/2.x"]',
}


@pytest.mark.parametrize("text", ACCEPTED.values(), ids=ACCEPTED.keys())
def test_accepted(text: str) -> None:
    assert isinstance(load(text, "safeguards.toml", "safeguards"), Config)


def test_a_pyproject_without_the_table_gives_the_defaults() -> None:
    assert load('[project]\nname = "x"', "pyproject.toml", "pyproject") == Config()


TARGET = '[targets.p]\ncontainers = ["a"]\n'
API = TARGET + '[targets.p.api]\nbase-url = "http://x"\n'
DATABASE = TARGET + '[targets.p.database]\ncontainer = "db"\n'
REFUSED: dict[str, tuple[str, tuple[str, ...]]] = {
    "unknown table": ("[scann]", ("safeguards.toml: scann: unknown key", 'mean "scan"?')),
    "unknown key": ("[scan]\npath = []", ("scan.path: unknown key", 'mean "paths"?', "exclude")),
    "snake case": ("[scan]\nsource_roots = []", ("scan.source_roots", 'mean "source-roots"?')),
    "capitals": ("[Scan]", ("Scan: unknown key", 'mean "scan"?')),
    "nothing near": ("[scan]\nqqqqqq = 1", ("scan.qqqqqq: unknown key", "the keys here are")),
    "right key in a wrong table": (
        TARGET + "lock-wait = 5",
        ("targets.p.lock-wait: unknown key", "targets.NAME.sync.lock-wait"),
    ),
    "several at once": (
        "[scan]\nx = 1\n[push]\nremotes = 3",
        ("scan.x: unknown key", 'push.remotes: unknown key; did you mean "remote"?'),
    ),
    "unknown key of an endpoint": (
        API + 'endpoints = ["/a", { path = "/b", expects = 1 }]',
        ("targets.p.api.endpoints[1].expects: unknown key", 'mean "expect"?'),
    ),
    "quoted names": (
        DATABASE + '[targets.p.records]\n"audit.events" = { mini = 1 }',
        ('targets.p.records."audit.events".mini: unknown key', 'mean "min"?'),
    ),
    "string for a list": (
        '[scan]\npaths = "app"',
        ('scan.paths: expected a list (each: a path), found "app"',),
    ),
    "table for a list": ("[scan.paths]", ("scan.paths: expected a list", "found an empty table")),
    "number in a list": ("[scan]\npaths = [1]", ("scan.paths[0]: expected a path, found 1",)),
    "list for a table": ("scan = []", ("scan: expected a table, found an empty list",)),
    "date for a string": (
        "[scan]\nbaseline = 2024-01-31",
        ("scan.baseline: expected a path, found the date or time 2024-01-31",),
    ),
    "number for a version": (
        "[scan]\nsqlalchemy = 2.0",
        ('scan.sqlalchemy: expected one of "1.4", "2.0", "2.1", found 2.0', 'mean "2.0"?'),
    ),
    "rule code": ('[scan]\nignore = ["E501"]', ("scan.ignore[0]", '"SG101", found "E501"')),
    "rule code and a newline": ('[scan]\nerror = ["SG101\\n"]', ("scan.error[0]", '"SG101\\n"')),
    "per-file rule code": (
        '[scan.per-file-ignores]\n"app/*.py" = ["SG1"]',
        ('scan.per-file-ignores."app/*.py"[0]', 'found "SG1"'),
    ),
    "absolute glob": ('[scan]\nexclude = ["/app/**"]', ("scan.exclude[0]: expected a glob",)),
    "glob as a key": (
        '[scan.per-file-ignores]\n"a\\\\b" = ["SG115"]',
        ("scan.per-file-ignores", "the key has to be a glob"),
    ),
    "dialect": ('[migrations]\ndialect = "postgres"', ("migrations.dialect", '"postgresql"?')),
    "no branch": ("[push]\nbranches = []", ("push.branches: expected a list", "an empty list")),
    "full ref": ('[push]\nbranches = ["refs/heads/main"]', ("push.branches[0]", "refs/heads/")),
    "post-push": ('[push]\npost-push = "folow"', ("push.post-push", 'mean "follow"?')),
    "unknown gate": ('[push]\ngate = ["scans"]', ("push.gate[0]", 'mean "scan"?')),
    "gate ddl": ('[push]\ngate = ["ddl"]', ('push.gate[0]: "ddl" is not available yet',)),
    "gate drift": ('[push]\ngate = ["scan", "drift"]', ("push.gate[1]", "not available yet")),
    "gate rehearse": ('[push]\ngate = ["rehearse"]', ("push.gate[0]", "not available yet")),
    "target name": ('[targets."my prod"]\ncontainers = ["a"]', ('targets."my prod": the key',)),
    "runtime": ('[targets.p]\nruntime = "k8s"', ("targets.p.runtime", '"compose"', '"k8s"')),
    "no containers": ('[targets.p]\nruntime = "docker"', ("targets.p.containers: missing",)),
    "command without a table": (
        '[targets.p]\nruntime = "command"',
        ("targets.p.command: missing", "status ="),
    ),
    "command with containers": (
        TARGET + 'runtime = "command"\n[targets.p.command]\nstatus = ["true"]',
        ("targets.p.containers: not read",),
    ),
    "command without status": (
        TARGET + '[targets.p.command]\nstart = ["true"]',
        ("targets.p.command.status: missing", "a list of a program"),
    ),
    "empty command": (
        TARGET + '[targets.p.command]\nstatus = ["true"]\nstop = []',
        ("targets.p.command.stop: expected a list of a program", "an empty list"),
    ),
    "shell command": (
        TARGET + '[targets.p.command]\nstatus = "systemctl is-active npd"',
        ("targets.p.command.status: expected a list of a program", "systemctl"),
    ),
    "empty argument": (
        TARGET + '[targets.p.command]\nstatus = ["sh", ""]',
        ("targets.p.command.status[1]: expected a string that is not empty",),
    ),
    "negative wait": (TARGET + "[targets.p.sync]\nlock-wait = -1", ("lock-wait", "0 or more")),
    "zero time-out": (
        TARGET + "[targets.p.sync]\nlock-timeout = 0",
        ("targets.p.sync.lock-timeout: expected a number of seconds greater than 0, found 0",),
    ),
    "endless time-out": (TARGET + "[targets.p.sync]\nhealth-timeout = inf", ("health-timeout",)),
    "text for a flag": (
        TARGET + '[targets.p.sync]\ntrial = "no"',
        ("targets.p.sync.trial: expected true or false",),
    ),
    "flag for a number": (
        TARGET + "[targets.p.sync]\nlock-wait = true",
        ("targets.p.sync.lock-wait", "found true"),
    ),
    "backup": (TARGET + '[targets.p.sync]\nbackup = "allways"', ('mean "always"?',)),
    "no way to the database": (
        TARGET + '[targets.p.database]\nuser = "u"',
        ("targets.p.database: expected url or container",),
    ),
    "records without a database": (
        TARGET + "[targets.p.records]\nprojects = 1",
        ("targets.p.database: missing",),
    ),
    "malformed env": (
        TARGET + '[targets.p.database]\nurl = "env:MY-URL"',
        ("targets.p.database.url: expected env:NAME",),
    ),
    "empty file": (TARGET + 'docker-host = "file:"', ("targets.p.docker-host: expected env:NAME",)),
    "engine address": (TARGET + 'docker-host = "prod.example"', ("ssh://",)),
    "no base-url": (TARGET + "[targets.p.api]", ("targets.p.api.base-url: missing",)),
    "base-url": (TARGET + '[targets.p.api]\nbase-url = "x:8000"', ("base-url: expected an http",)),
    "no endpoints": (API + "endpoints = []", ("targets.p.api.endpoints", "an empty list")),
    "endpoint without a slash": (
        API + 'endpoints = ["health"]',
        ('targets.p.api.endpoints[0]: expected a path that starts with "/"', '"health"'),
    ),
    "endpoint of another kind": (API + "endpoints = [7]", ("targets.p.api.endpoints[0]", "or a")),
    "endpoint without a path": (
        API + 'endpoints = [{ method = "GET" }]',
        ("targets.p.api.endpoints[0].path: missing",),
    ),
    "method": (
        API + 'endpoints = [{ path = "/", method = "get" }]',
        ("targets.p.api.endpoints[0].method", '"GET"?'),
    ),
    "status": (
        API + 'endpoints = ["/a", "/b", { path = "/", expect = [200, 99] }]',
        ("targets.p.api.endpoints[2].expect[1]: expected an HTTP status, 100 to 599, found 99",),
    ),
    "one status": (
        API + 'endpoints = [{ path = "/", expect = 600 }]',
        ("targets.p.api.endpoints[0].expect", "found 600"),
    ),
    "no status": (
        API + 'endpoints = [{ path = "/", expect = [] }]',
        ("targets.p.api.endpoints[0].expect", "an empty list"),
    ),
    "latency": (
        API + 'endpoints = [{ path = "/", max-ms = 0.5 }]',
        ("targets.p.api.endpoints[0].max-ms: expected a number of milliseconds", "found 0.5"),
    ),
    "regular expression": (
        API + 'endpoints = [{ path = "/", body-matches = "(" }]',
        ("targets.p.api.endpoints[0].body-matches: expected a regular expression",),
    ),
    "date in json": (
        API + 'endpoints = [{ path = "/", json = { at = [2024-01-31] } }]',
        ("targets.p.api.endpoints[0].json: expected JSON values",),
    ),
    "header name": (
        API + 'endpoints = [{ path = "/", headers = { "A B" = "x" } }]',
        ('targets.p.api.endpoints[0].headers."A B": the key has to be the name of an HTTP header',),
    ),
    "malformed header reference": (
        API + 'endpoints = [{ path = "/", headers = { X = "env:" } }]',
        ("targets.p.api.endpoints[0].headers.X: expected a header's value",),
    ),
    "negative count": (DATABASE + "[targets.p.records]\nt = -1", ("targets.p.records.t", "-1")),
    "text for a count": (DATABASE + '[targets.p.records]\nt = "1"', ("targets.p.records.t", '"1"')),
    "empty condition": (
        DATABASE + "[targets.p.records]\nt = { }",
        ("targets.p.records.t: expected at least one of min, max, max-drop, newest",),
    ),
    "min above max": (
        DATABASE + "[targets.p.records]\nt = { min = 2, max = 1 }",
        ("targets.p.records.t.max: expected at least min (2), found 1",),
    ),
    "percentage": (
        DATABASE + '[targets.p.records]\nt = { max-drop = "120%" }',
        ('targets.p.records.t.max-drop: expected a percentage such as "20%", found "120%"',),
    ),
    "duration": (
        DATABASE + '[targets.p.records]\nt = { newest = { column = "c", within = "1 hour" } }',
        ("targets.p.records.t.newest.within: expected a duration", '"1 hour"'),
    ),
    "writing query": (
        DATABASE + '[targets.p.records]\nt = { sql = "delete from jobs", max = 0 }',
        ("targets.p.records.t.sql: expected one query", "delete from jobs"),
    ),
    "estimate of a query": (
        DATABASE + '[targets.p.records]\nt = { sql = "select 1", max = 0, estimate = true }',
        ("targets.p.records.t.estimate: cannot be used together with sql",),
    ),
    "repository": ('[notify]\ngithub-repository = "name"', ("notify.github-repository", "owner/")),
    "listen": ('[metrics]\nlisten = "9464"', ("metrics.listen: expected HOST:PORT", '"9464"')),
    "block": (
        '[agents.files]\n"A.md" = "production"',
        ('agents.files."A.md"', 'mean "production-sync"?'),
    ),
    "open string": ('[scan]\npaths = ["a', ("safeguards.toml: not valid TOML", "line 2, column")),
    "open table": ("x = [", ("not valid TOML", "line 1, column 6")),
    "key twice": ("[scan]\n[scan]", ("not valid TOML", "line 2, column")),
    "no value": ("[scan]\npaths", ("not valid TOML", "line 2, column 6")),
    "deep nesting": ("x = " + "[" * 20_000, ("safeguards.toml",)),
}


@pytest.mark.parametrize(("text", "fragments"), REFUSED.values(), ids=REFUSED.keys())
def test_refused(text: str, fragments: tuple[str, ...]) -> None:
    error = refuse(text)
    for fragment in ("safeguards.toml", *fragments):
        assert fragment in said(error)


PASSWORDS = {
    "database": TARGET + '[targets.p.database]\nurl = "postgresql://u:canary@db/x"',
    "database, in the query": TARGET
    + '[targets.p.database]\nurl = "postgresql://db/x?password=canary"',
    "engine": TARGET + 'docker-host = "tcp://u:canary@host"',
    "API": TARGET + '[targets.p.api]\nbase-url = "http://u:canary@host"',
    "webhook": '[notify]\nwebhook = "https://u:canary@host"',
    "header": API + 'endpoints = [{ path = "/", headers = { Authorization = "Bearer canary" } }]',
    "cookie": API + 'endpoints = [{ path = "/", headers = { cookie = "canary" } }]',
}


@pytest.mark.parametrize("text", PASSWORDS.values(), ids=PASSWORDS.keys())
def test_a_password_in_plain_text_is_refused_and_not_repeated(text: str) -> None:
    error = refuse(text)
    assert "env:NAME" in said(error)
    assert "canary" not in said(error)


def test_a_pyproject_whose_tool_key_is_not_ours() -> None:
    assert load("tool = 3", "pyproject.toml", "pyproject") == Config()


def test_a_pyproject_whose_table_is_no_table() -> None:
    with pytest.raises(ConfigError, match=r"pyproject\.toml: tool\.safeguards: expected a table"):
        load("[tool]\nsafeguards = 3", "pyproject.toml", "pyproject")


def test_every_fault_is_told_at_once() -> None:
    error = refuse('[scan]\nignore = ["x"]\n[push]\nremote = 1\nnope = 2')
    assert error.message.startswith("safeguards.toml: scan.ignore[0]")
    assert [key for key, _ in error.context] == ["push.remote", "push.nope"]
