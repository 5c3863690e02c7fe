"""Insert an element into the brackets of a call or a dict, in the shape that it has."""

from __future__ import annotations

import ast
import io
import tokenize

from safeguards.scan.fixes.text import Change, SourceText

_SILENT = frozenset({
    tokenize.NL, tokenize.NEWLINE, tokenize.COMMENT, tokenize.INDENT, tokenize.DEDENT,
    tokenize.ENDMARKER,
})  # fmt: skip


def insert_keyword(source: SourceText, call: ast.Call, name: str, value: str) -> list[Change]:
    """Changes that add `name=value` to a call; none when it might be passed already."""
    if any(each.arg is None or each.arg == name for each in call.keywords):
        return []
    if any(isinstance(each, ast.GeneratorExp | ast.Starred) for each in call.args):
        return []
    elements = [*map(source.start, call.args), *map(source.start, call.keywords)]
    return _insert(source, call, max(elements, default=None), f"{name}={value}")


def insert_entry(source: SourceText, pairs: ast.Dict, name: str, value: str) -> list[Change]:
    """Changes that add `"name": value` to a dict display; none when it might be there already."""
    for key in pairs.keys:
        if not isinstance(key, ast.Constant) or key.value == name:
            return []
    last = source.start(pairs.values[-1]) if pairs.values else None
    return _insert(source, pairs, last, f'"{name}": {value}')


def _insert(
    source: SourceText, node: ast.Call | ast.Dict, last: int | None, element: str
) -> list[Change]:
    """`last` is where the last element starts, None when there is none."""
    before = _last_token(source, node)
    if before is None:
        return []
    mark, end = before
    if last is None:
        return [(end, end, element)]
    close = source.end(node) - 1
    line = source.line_start(close)
    indent = source.indent(last)
    if line > end and not source.text[line:close].strip():  # the bracket has its own line
        if source.line_start(last) <= source.start(node):
            indent += "\t" if indent.startswith("\t") else "    "
        if mark == ",":
            return [(line, line, f"{indent}{element},\n")]
        return [(end, end, ","), (line, line, f"{indent}{element}\n")]
    if mark == ",":
        return [(end, end, f" {element},")]
    hanging = source.line_start(last) > source.start(node)
    own_line = hanging and not source.text[source.line_start(last) : last].strip()
    return [(end, end, f",\n{indent}{element}" if own_line else f", {element}")]


def _last_token(source: SourceText, node: ast.expr) -> tuple[str, int] | None:
    """The last token before the closing bracket, comments apart, and the offset of its end."""
    start, end = source.start(node), source.end(node)
    text = source.text[start:end]
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    try:
        found = [
            (token.string, start + starts[token.end[0] - 1] + token.end[1])
            for token in tokenize.generate_tokens(io.StringIO(text).readline)
            if token.type not in _SILENT
        ]
    except (tokenize.TokenError, SyntaxError):
        return None
    return found[-2] if len(found) > 1 and found[-1][0] in {")", "}"} else None
