"""The SQL that a sync asks MySQL and MariaDB; pure text, whose values are quoted here."""

from __future__ import annotations

from safeguards.health.statements import text

SYSTEM = "select @@server_uuid, database()"
"""MySQL alone knows itself by a number."""

ADDRESS = "select concat(@@hostname, ':', @@port, ' ', @@datadir), database()"

DATABASE = "select database()"
SESSION = "select connection_id()"
SETTINGS = "set session wait_timeout = 31536000"

SIZE = (
    "select cast(sum(data_length + index_length) as unsigned) from information_schema.tables"
    " where table_schema = database()"
)

CATALOG = """
select concat_ws(' ', 'table', table_name, lower(table_type), engine, table_collation)
from information_schema.tables where table_schema = database()
union all
select concat_ws(' ', 'column', concat(table_name, '.', column_name), column_type, collation_name,
    if(is_nullable = 'NO', 'not null', null), concat('default ', column_default),
    nullif(extra, ''), nullif(generation_expression, ''))
from information_schema.columns where table_schema = database()
union all
select concat_ws(' ', 'index', concat(table_name, '.', index_name), seq_in_index, column_name,
    if(non_unique = 0, 'unique', null), index_type, concat('first ', sub_part), collation)
from information_schema.statistics where table_schema = database()
union all
select concat_ws(' ', 'constraint', concat(c.table_name, '.', c.constraint_name),
    lower(c.constraint_type), k.ordinal_position, k.column_name,
    concat('references ', k.referenced_table_name, '.', k.referenced_column_name),
    concat('on update ', lower(r.update_rule), ' on delete ', lower(r.delete_rule)))
from information_schema.table_constraints c
left join information_schema.key_column_usage k on k.constraint_schema = c.constraint_schema
    and k.constraint_name = c.constraint_name and k.table_name = c.table_name
left join information_schema.referential_constraints r
    on r.constraint_schema = c.constraint_schema and r.constraint_name = c.constraint_name
    and r.table_name = c.table_name
where c.constraint_schema = database()
union all
select concat_ws(' ', 'check', constraint_name, check_clause)
from information_schema.check_constraints where constraint_schema = database()
union all
select concat_ws(' ', 'view', table_name, view_definition)
from information_schema.views where table_schema = database()
union all
select concat_ws(' ', 'trigger', trigger_name, action_timing, event_manipulation, 'on',
    event_object_table, md5(action_statement))
from information_schema.triggers where trigger_schema = database()
union all
select concat_ws(' ', 'routine', lower(routine_type), routine_name, dtd_identifier,
    md5(routine_definition))
from information_schema.routines where routine_schema = database()
"""

_SHOWN = "p.id, p.user, p.host, {state}, coalesce(p.info, '') from information_schema.processlist p"

ROW_BLOCKERS = (
    f"select distinct {_SHOWN.format(state=text('holds a lock on rows', 'mysql'))}"
    " join sys.innodb_lock_waits w on w.blocking_pid = p.id"
    " join information_schema.processlist m on m.id = w.waiting_pid and m.db = database()"
)

TABLE_BLOCKERS = (
    f"select distinct {_SHOWN.format(state=text('holds a lock on a table', 'mysql'))}"
    " join sys.schema_table_lock_waits w on w.blocking_pid = p.id"
    " where w.object_schema = database() and w.blocking_pid <> w.waiting_pid"
)
"""Empty where performance_schema does not watch metadata locks, as in MariaDB by default."""

_WAITS = "like 'Waiting for table metadata lock%'"

OPEN_TRANSACTIONS = (
    "select "
    + _SHOWN.format(state="concat('perhaps: in a transaction since ', t.trx_started)")
    + " join information_schema.innodb_trx t on t.trx_mysql_thread_id = p.id"
    f" where coalesce(p.state, '') not {_WAITS} and p.id <> connection_id()"
    " and exists (select 1 from information_schema.processlist m"
    f" where m.db = database() and m.state {_WAITS})"
)
"""Whom a statement that waits for a table may wait for."""


def try_lock(name: str) -> str:
    """Whether the lock is ours now, and which session this is."""
    return f"select get_lock({_literal(name)}, 0), connection_id()"


def unlock(name: str) -> str:
    """Give the lock back."""
    return f"select release_lock({_literal(name)})"


def holding(name: str) -> str:
    """The session that holds a lock: number, user and host; the two are only told to some."""
    return (
        "select held.id, p.user, p.host"
        f" from (select is_used_lock({_literal(name)}) as id) as held"
        " left join information_schema.processlist p on p.id = held.id where held.id is not null"
    )


def program(name: str) -> str:
    """What the session that holds a lock calls its program; not every server tells everybody."""
    return (
        "select attr_value from performance_schema.session_connect_attrs"
        f" where processlist_id = is_used_lock({_literal(name)}) and attr_name = 'program_name'"
    )


def _literal(value: str) -> str:
    return text(value, "mysql")
