"""What one revision file says of itself, read from its text: never imported, never run.

A value that only running the file would tell is a problem of the file, never a guess.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator

import msgspec

from safeguards.migrations.values import NotKnownError, Values
from safeguards.migrations.widths import widest

REVISION = "revision"
PARENT = "down_revision"
DEPENDENCY = "depends_on"
LABEL = "branch_labels"
VARIABLES = (REVISION, PARENT, DEPENDENCY, LABEL)

_ILLEGAL = frozenset("@-+:")
_CONFLICT = re.compile(rb"^<{7} ", re.MULTILINE)
_LIKELY = re.compile(rb"^revision\b[^=\n]*=\s*[\"']([^\"'\n]{1,200})[\"']", re.MULTILINE)


class Spot(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Where a statement stands; lines and columns count from 1."""

    line: int = 1
    column: int = 1
    end_line: int = 1


class Problem(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Why Alembic, or we, cannot read the file."""

    message: str
    spot: Spot = Spot()


class RevisionFile(msgspec.Struct, frozen=True, array_like=True):
    """One file as Alembic would load it; `spots` has the variables that it assigns.

    `likely` are the ids that a file which cannot be parsed seems to have. `width` is the widest
    `version_num` that it makes, 0 when it makes none; `commented` tells that a comment of it may
    be for us.
    """

    id: str | None = None
    parents: tuple[str, ...] = ()
    dependencies: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    spots: dict[str, Spot] = {}
    problems: tuple[Problem, ...] = ()
    broken: bool = False
    upgrades: bool = True
    message: str = ""
    width: int = 0
    likely: tuple[str, ...] = ()
    commented: bool = False

    def spot(self, variable: str) -> Spot:
        """Where a variable is assigned; the first line when it is not."""
        return self.spots.get(variable, Spot())


def read_file(content: bytes) -> RevisionFile:
    """What the file says; never raises for what it holds."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(content)
        values = Values(tree, VARIABLES)
    except SyntaxError as error:
        return _broken(content, _complaint(content, error))
    except (ValueError, RecursionError, MemoryError) as error:
        return _broken(content, Problem(f"cannot be parsed: {str(error) or type(error).__name__}"))
    problems: list[Problem] = []
    read = {name: tuple(_read(name, values, problems)) for name in VARIABLES}
    if not read[PARENT] and values.is_empty_text(DEPENDENCY):
        spot = _spot(values.statements[DEPENDENCY])
        problems.append(Problem(f"`{DEPENDENCY}` is an empty name", spot))
    return RevisionFile(
        id=read[REVISION][0] if read[REVISION] else None,
        parents=read[PARENT],
        dependencies=read[DEPENDENCY],
        labels=read[LABEL],
        spots={name: _spot(node) for name, node in values.statements.items()},
        problems=tuple(problems),
        upgrades=values.binds("upgrade"),
        message=(ast.get_docstring(tree) or "").partition("\n")[0].strip(),
        width=widest(content),
        commented=_is_commented(content),
    )


def unreadable(reason: str) -> RevisionFile:
    """What stands for a file whose content could not be read."""
    return RevisionFile(problems=(Problem(reason),), broken=True)


def _broken(content: bytes, problem: Problem) -> RevisionFile:
    likely = tuple(found.decode("utf-8", "replace") for found in _LIKELY.findall(content))
    return RevisionFile(
        problems=(problem,), broken=True, likely=likely, commented=_is_commented(content)
    )


def _is_commented(content: bytes) -> bool:
    return b"safeguards:" in content


def _complaint(content: bytes, error: SyntaxError) -> Problem:
    marker = _CONFLICT.search(content)
    if marker is not None:
        line = content.count(b"\n", 0, marker.start()) + 1
        return Problem("cannot be parsed: a conflict of git is left in it", Spot(line, 1, line))
    line, column = max(error.lineno or 1, 1), max(error.offset or 1, 1)
    lines = content.splitlines() or [b""]
    line = min(line, len(lines))
    column = min(column, len(lines[line - 1]) + 1)
    return Problem(f"cannot be parsed: {error.msg}", Spot(line, column, line))


def _spot(node: ast.stmt) -> Spot:
    return Spot(node.lineno, node.col_offset + 1, node.end_lineno or node.lineno)


def _read(name: str, values: Values, problems: list[Problem]) -> Iterator[str]:
    """The names that a variable holds; what is wrong with them goes to `problems`."""
    if name not in values.statements:
        return
    spot = _spot(values.statements[name])
    try:
        value = values.value(name)
    except NotKnownError:
        problems.append(Problem(f"`{name}` is not a literal", spot))
        return
    if name == REVISION:
        complaint = _wrong_id(value)
        if complaint:
            problems.append(Problem(complaint, spot))
        else:
            yield str(value)
        return
    names = _listed(name, value)
    if names is None:
        problems.append(Problem(f"`{name}` is neither a name nor a list of names", spot))
    else:
        yield from names


def _wrong_id(value: object) -> str:
    if not isinstance(value, str) or not value:
        return "`revision` is not one name"
    illegal = sorted(_ILLEGAL.intersection(value))
    return f"Alembic allows no {' '.join(illegal)} in a revision id: {value}" if illegal else ""


def _listed(name: str, value: object) -> tuple[str, ...] | None:
    """The names in a value, as Alembic takes it; None when it would fail on it."""
    if value is None or (value == "" and name != PARENT):
        return ()
    many = value if isinstance(value, tuple) else (value,)
    if many == (None,):
        return ()
    if all(isinstance(each, str) and each for each in many):
        return tuple(str(each) for each in many)
    return None
