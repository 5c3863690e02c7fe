"""The SQL that a sync asks MySQL and MariaDB; pure text, whose values are quoted here."""

from __future__ import annotations

import math

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
_WAITS = "like 'Waiting for table metadata lock%'"

MIGRATING = 4
"""As many sessions of a migration are told from others."""

_BITS = range(7)
_LETTERS = range(63)


def blockers(name: str) -> tuple[str, ...]:
    """Whom the sessions of a migration wait for, by what the server may know of it.

    The second is empty where performance_schema does not watch metadata locks, as in MariaDB by
    default; the third tells whom a statement that waits for a table may wait for.
    """
    ours = f"({', '.join(f'is_used_lock({each})' for each in _migrating(name))})"
    row, table = (text(f"holds a lock on {what}", "mysql") for what in ("rows", "a table"))
    began = "concat('perhaps: in a transaction since ', t.trx_started)"
    rows = (
        f"select distinct {_SHOWN.format(state=row)}"
        f" join sys.innodb_lock_waits w on w.blocking_pid = p.id where w.waiting_pid in {ours}"
    )
    tables = (
        f"select distinct {_SHOWN.format(state=table)}"
        " join sys.schema_table_lock_waits w on w.blocking_pid = p.id"
        f" where w.waiting_pid in {ours} and w.blocking_pid <> w.waiting_pid"
    )
    transactions = (
        f"select {_SHOWN.format(state=began)}"
        " join information_schema.innodb_trx t on t.trx_mysql_thread_id = p.id"
        f" where coalesce(p.state, '') not {_WAITS} and p.id <> connection_id()"
        " and exists (select 1 from information_schema.processlist m"
        f" where m.id in {ours} and m.state {_WAITS})"
    )
    return rows, tables, transactions


def be_migrating(name: str) -> str:
    """Make the session one of a migration, as long as it lasts."""
    tries = " ".join(f"when get_lock({each}, 0) = 1 then 1" for each in _migrating(name))
    return f"select case {tries} else 0 end"


def migrating(name: str) -> str:
    """The number of each session of a migration."""
    found = " union all ".join(f"select is_used_lock({each}) as id" for each in _migrating(name))
    return f"select id from ({found}) as migrating where id is not null"


def kill(number: int) -> str:
    """End a session, and what it runs."""
    return f"kill {number}"


def limits(lock_timeout: float, statement_timeout: float) -> tuple[str, ...]:
    """Settings of a session; each of the last two is known to one of the two servers alone."""
    wait = max(math.ceil(lock_timeout), 1)
    return (
        f"set session lock_wait_timeout = {wait}, innodb_lock_wait_timeout = {wait}",
        f"set session max_statement_time = {max(statement_timeout, 0.001):g}",
        f"set session max_execution_time = {max(round(statement_timeout * 1000), 1)}",
    )


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


def mark(name: str, called: str, token: str) -> str:
    """Tell what the holder of a lock is called: bit by bit, by further locks that it holds.

    Everybody may see who holds a lock whose name is known, and nothing else of another's session.
    `token` is one more of those locks.
    """
    codes = [min(ord(letter), 127) for letter in called[: len(_LETTERS)]]
    wanted = [7 * at + bit for at, code in enumerate(codes) for bit in _BITS if code >> bit & 1]
    rows = " union all ".join(f"select {number} as bit" for number in wanted)
    bit = f"concat({_literal(name + ':')}, connection_id(), ':', bits.bit)"
    return (
        f"select sum(get_lock({bit}, 0)), get_lock({_literal(token)}, 0)"
        f" from ({rows or 'select 0 as bit'}) as bits"
    )


def called(name: str) -> str:
    """What the holder of a lock is called, when it told that so."""
    lock = f"concat({_literal(name + ':')}, held.id, ':', 7 * letters.at + {{bit}})"
    bits = " + ".join(
        f"{1 << bit} * coalesce(is_used_lock({lock.format(bit=bit)}) = held.id, 0)" for bit in _BITS
    )
    letters = " union all ".join(f"select {at} as at" for at in _LETTERS)
    return (
        f"select group_concat(char(nullif({bits}, 0) using ascii) order by letters.at separator '')"
        f" from (select is_used_lock({_literal(name)}) as id) as held, ({letters}) as letters"
        " having count(held.id) > 0"
    )


def admitted(name: str, token: str) -> str:
    """Whether the session that holds a lock holds the lock of a token, too."""
    return f"select is_used_lock({_literal(name)}) = is_used_lock({_literal(token)})"


def _migrating(name: str) -> tuple[str, ...]:
    return tuple(_literal(f"{name}:m{number}") for number in range(MIGRATING))


def _literal(value: str) -> str:
    return text(value, "mysql")
