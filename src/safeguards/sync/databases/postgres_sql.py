"""The SQL that a sync asks PostgreSQL; pure text, whose values are quoted here."""

from __future__ import annotations

from safeguards.health.postgres_names import OURS
from safeguards.health.statements import text
from safeguards.sync.databases.names import lock_halves
from safeguards.sync.databases.postgres_catalog_sql import NAME

SYSTEM = "select system_identifier, current_database() from pg_control_system()"

ADDRESS = (
    "select 'cluster ' || current_setting('cluster_name') || ' on port '"
    " || current_setting('port') || ', database ' || oid, datname"
    " from pg_database where datname = current_database()"
)
"""For servers that keep their identifier to themselves."""

SIZE = "select pg_database_size(current_database())"

BACKEND = "select pg_backend_pid()"

SERVER_VERSION = "select current_setting('server_version_num')"

BROKEN = (
    f"select 'INVALID index ' || {NAME} || ' of ' || i.indrelid::regclass"
    " from pg_index i join pg_class c on c.oid = i.indexrelid"
    " join pg_namespace n on n.oid = c.relnamespace where not i.indisvalid"
    " and not exists (select from pg_stat_progress_create_index p"
    f" where p.index_relid = i.indexrelid) and {OURS}"
    " union all select 'NOT VALID constraint ' || quote_ident(o.conname) || ' of '"
    f" || {NAME} from pg_constraint o join pg_class c on c.oid = o.conrelid"
    f" join pg_namespace n on n.oid = c.relnamespace where not o.convalidated and {OURS}"
)
"""An index that somebody is making at the moment is not broken."""

KNOWS_CHECK_INTERVAL = (
    "select count(*) from pg_settings where name = 'client_connection_check_interval'"
)


def settings(given: dict[str, str]) -> str:
    """Give the connection those settings that the server knows."""
    values = ", ".join(f"('{name}', {text(value, 'postgresql')})" for name, value in given.items())
    return (
        "select set_config(name, wanted.value, false) from pg_settings"
        f" join (values {values}) as wanted(name, value) using (name)"
    )


def try_lock(key: int) -> str:
    """Whether the lock is ours now, and which backend has it then."""
    return f"select pg_try_advisory_lock({key}), pg_backend_pid()"


def unlock(key: int) -> str:
    """Give the lock back."""
    return f"select pg_advisory_unlock({key})"


def holding(key: int) -> str:
    """The session that holds a lock: backend, application, user, address and begin."""
    high, low = lock_halves(key)
    return (
        "select l.pid, a.application_name, a.usename, a.client_addr, to_char("
        """a.backend_start at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"+00:00"')"""
        " from pg_locks l left join pg_stat_activity a on a.pid = l.pid"
        " where l.locktype = 'advisory' and l.granted and l.objsubid = 1"
        " and l.database = (select oid from pg_database where datname = current_database())"
        f" and l.classid = {high} and l.objid = {low}"
    )


def application(key: int) -> str:
    """What the session that holds a lock calls itself."""
    return f"select application_name from ({holding(key)}) as held"


def same_session(key: int, other: int) -> str:
    """Whether one session holds both locks."""
    return f"select exists (select from ({holding(key)}) a join ({holding(other)}) b using (pid))"


def blockers(application: str) -> str:
    """Whom the sessions of a name wait for; backend 0 is a prepared transaction."""
    return (
        "select distinct k.pid, coalesce(b.usename, ''), coalesce(b.application_name, ''),"
        " coalesce(host(b.client_addr), ''), coalesce(b.state, ''), left(b.query, 2000)"
        " from pg_stat_activity w cross join unnest(pg_blocking_pids(w.pid)) as k(pid)"
        " left join pg_stat_activity b on b.pid = k.pid"
        f" where w.datname = current_database() and w.application_name = {_literal(application)}"
        " order by 1"
    )


def sessions(prefix: str) -> str:
    """The sessions in this database whose name begins so."""
    return f"select pid, application_name {_sessions(prefix)} order by 2, 1"


def end(prefix: str, *, terminate: bool) -> str:
    """Cancel what they run, or end them."""
    how = "pg_terminate_backend" if terminate else "pg_cancel_backend"
    return f"select {how}(pid) {_sessions(prefix)}"


def _sessions(prefix: str) -> str:
    begin = _literal(prefix)
    return (
        "from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
        f" and left(application_name, length({begin})) = {begin}"
    )


def _literal(value: str) -> str:
    return text(value, "postgresql")
