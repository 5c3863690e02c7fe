"""All facts → one `Project`: bases, mixins, tables, keys, joins."""
