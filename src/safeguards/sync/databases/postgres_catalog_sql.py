"""What PostgreSQL knows of a schema, a line for each part; `{ours}` leaves out what is its own."""

from __future__ import annotations

from safeguards.health.postgres_names import OURS

_CATALOG = """
select 'schema ' || quote_ident(n.nspname) from pg_namespace n where {ours}
union all
select 'extension ' || quote_ident(extname) || ' ' || extversion from pg_extension
union all
select 'table ' || {name} || ' ' || c.relkind::text || c.relpersistence::text
    || coalesce(' of ' || (select string_agg(i.inhparent::regclass::text, ',')
        from pg_inherits i where i.inhrelid = c.oid), '')
    || coalesce(' ' || pg_get_expr(c.relpartbound, c.oid), '')
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p', 'f') and {ours}
union all
select 'column ' || {name} || '.' || quote_ident(a.attname)
    || ' ' || format_type(a.atttypid, a.atttypmod)
    || case when a.attnotnull then ' not null' else '' end
    || case when a.attidentity <> '' then ' identity ' || a.attidentity::text else '' end
    || case when a.attgenerated <> '' then ' generated' else '' end
    || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')
    || case when a.attcollation <> t.typcollation
        then coalesce(' collate ' || (select l.collname from pg_collation l
            where l.oid = a.attcollation), '') else '' end
from pg_attribute a
join pg_class c on c.oid = a.attrelid
join pg_namespace n on n.oid = c.relnamespace
join pg_type t on t.oid = a.atttypid
left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
where a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p', 'f', 'm') and {ours}
union all
select 'index ' || pg_get_indexdef(i.indexrelid)
    || case when i.indisvalid then '' else ' INVALID' end
from pg_index i
join pg_class c on c.oid = i.indexrelid
join pg_namespace n on n.oid = c.relnamespace
where {ours}
union all
select 'constraint ' || coalesce({name} || ' ', '') || quote_ident(o.conname)
    || ' ' || pg_get_constraintdef(o.oid)
    || case when o.convalidated then '' else ' INVALID' end
from pg_constraint o
join pg_namespace n on n.oid = o.connamespace
left join pg_class c on c.oid = o.conrelid
where {ours}
union all
select 'sequence ' || {name} || ' ' || format_type(s.seqtypid, null)
    || ' by ' || s.seqincrement || ' from ' || s.seqmin || ' to ' || s.seqmax
from pg_sequence s
join pg_class c on c.oid = s.seqrelid
join pg_namespace n on n.oid = c.relnamespace
where {ours}
union all
select 'enum ' || quote_ident(n.nspname) || '.' || quote_ident(t.typname) || ' '
    || (select string_agg(quote_literal(e.enumlabel), ', ' order by e.enumsortorder)
        from pg_enum e where e.enumtypid = t.oid)
from pg_type t join pg_namespace n on n.oid = t.typnamespace
where t.typtype = 'e' and {ours}
union all
select 'domain ' || quote_ident(n.nspname) || '.' || quote_ident(t.typname) || ' '
    || format_type(t.typbasetype, t.typtypmod)
    || coalesce(' default ' || t.typdefault, '')
    || case when t.typnotnull then ' not null' else '' end
from pg_type t join pg_namespace n on n.oid = t.typnamespace
where t.typtype = 'd' and {ours}
union all
select 'view ' || {name} || ' ' || c.relkind::text || ' ' || pg_get_viewdef(c.oid)
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('v', 'm') and {ours}
    and not exists (select from pg_depend x where x.deptype = 'e'
        and x.classid = 'pg_class'::regclass and x.objid = c.oid)
union all
select 'trigger ' || pg_get_triggerdef(g.oid) || ' ' || g.tgenabled::text
from pg_trigger g
join pg_class c on c.oid = g.tgrelid
join pg_namespace n on n.oid = c.relnamespace
where not g.tgisinternal and {ours}
union all
select 'routine ' || quote_ident(n.nspname) || '.' || quote_ident(p.proname)
    || '(' || pg_get_function_identity_arguments(p.oid) || ') ' || p.prokind::text
    || ' ' || format_type(p.prorettype, null) || ' ' || md5(p.prosrc)
from pg_proc p join pg_namespace n on n.oid = p.pronamespace
where {ours}
    and not exists (select from pg_depend x where x.deptype = 'e'
        and x.classid = 'pg_proc'::regclass and x.objid = p.oid)
"""

NAME = "quote_ident(n.nspname) || '.' || quote_ident(c.relname)"
"""A table `c` in its schema `n`."""

CATALOG = _CATALOG.format(ours=OURS, name=NAME)

QUALIFIED = "select set_config('search_path', 'pg_catalog', false)"
"""Asked first, whatever the role's own path: every other name is then told with its schema."""
