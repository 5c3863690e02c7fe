"""What a star import from SQLAlchemy binds, as far as attributes of models may have such names."""

from __future__ import annotations

_LOWER = frozenset({
    "add_mapped_attribute", "aggregate_order_by", "alias", "aliased", "all_", "and_",
    "annotations", "any_", "as_declarative", "as_typed_table", "asc", "attribute_keyed_dict",
    "attribute_mapped_collection", "attributes", "backref", "base", "between", "bindparam",
    "bitwise_not", "bulk_persistence", "case", "cast", "class_mapper", "clear_mappers",
    "close_all_sessions", "clsregistry", "collate", "collections", "column", "column_keyed_dict",
    "column_mapped_collection", "column_property", "composite", "configure_mappers",
    "contains_alias", "contains_eager", "context", "create_engine", "create_mock_engine",
    "create_pool_from_url", "create_session", "cte", "custom_op", "cyextension", "decl_api",
    "decl_base", "declarative_base", "declarative_mixin", "declared_attr", "defaultload",
    "defer", "deferred", "delete", "dependency", "desc", "descriptor_props", "dialects",
    "distinct", "dynamic", "dynamic_loader", "eagerload", "engine", "engine_from_config",
    "evaluator", "event", "events", "exc", "except_", "except_all", "exists", "extract", "false",
    "foreign", "from_dml_column", "func", "funcfilter", "future", "has_inherited_table",
    "identity", "immediateload", "insert", "insert_sentinel", "inspect", "inspection",
    "instrumentation", "interfaces", "intersect", "intersect_all", "join", "joinedload",
    "keyfunc_mapping", "label", "lambda_stmt", "lateral", "lazyload", "literal",
    "literal_column", "load_only", "loading", "log", "make_transient",
    "make_transient_to_detached", "make_url", "mapped_as_dataclass", "mapped_collection",
    "mapped_column", "mapper", "mapperlib", "merge_frozen_result", "merge_result", "modifier",
    "noload", "not_", "null", "nulls_first", "nulls_last", "nullsfirst", "nullslast",
    "object_mapper", "object_session", "or_", "orm", "orm_insert_sentinel", "outerjoin",
    "outparam", "over", "path_registry", "persistence", "polymorphic_union", "pool",
    "properties", "public_factory", "query", "query_expression", "quoted_name", "raiseload",
    "reconstructor", "registry", "relation", "relationship", "relationships", "remote",
    "result_tuple", "schema", "scoped_session", "scoping", "select", "selectin_polymorphic",
    "selectinload", "session", "sessionmaker", "sql", "state", "state_changes", "strategies",
    "strategy_options", "subquery", "subqueryload", "sync", "synonym", "synonym_for", "table",
    "tablesample", "text", "true", "try_cast", "tstring", "tuple_", "type_coerce", "types",
    "undefer", "undefer_group", "union", "union_all", "unitofwork", "unmapped_column",
    "unmapped_dataclass", "update", "util", "validates", "values", "was_deleted",
    "with_expression", "with_loader_criteria", "with_parent", "with_polymorphic", "within_group",
    "writeonly",
})  # fmt: skip
"""Every name of the form of an attribute that `sqlalchemy` or `sqlalchemy.orm` 1.4 to 2.1 has."""


def may_bring(name: str) -> bool:
    """Whether `from sqlalchemy import *`, or one from `sqlalchemy.orm`, may bind this name."""
    return name in _LOWER or not name.islower()
