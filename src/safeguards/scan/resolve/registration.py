"""What Alembic's environments import: a model that they do not reach is not in their metadata."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator

from safeguards.scan import facts as f
from safeguards.scan.interpret.evaluate import Evaluator
from safeguards.scan.interpret.reading import HANDED
from safeguards.scan.interpret.scopes import Module
from safeguards.scan.interpret.values import Literal, Mapping, Sequence, Unknown, Value
from safeguards.scan.modules import FOREIGN, ModuleIndex
from safeguards.scan.project import Metadata
from safeguards.scan.resolve.registries import Registries

_IMPORT = re.compile(
    r"^[ \t]*(?:from[ \t]+([.\w]+)[ \t]+import[ \t]*(?:\(([^)]*)\)|([^\n;]*))"
    r"|import[ \t]+([^\n;]+))",
    re.MULTILINE,
)
_COMMENT = re.compile(r"#[^\n]*")
_UNFOLLOWED = re.compile(
    r"\bimportlib\b(?!\.metadata)|\bpkgutil\b|__import__|\brunpy\b|\bexec\(|\bglob\b|\blistdir\b"
    r"|\biterdir\b|\bos\.walk\b|\bimport_\w+\(|\bfind_modules\b|\bautodiscover|\bentry_points\b"
    r"|\biter_entry_points\b|\bstevedore\b|\bvenusian\b|\.scan\(|\bload_plugins?\b|\bcurrent_app\b"
)
"""Words of code that imports modules whose names the text does not tell."""

_RUNS_ALEMBIC = re.compile(
    r"alembic\.command\b|from alembic import [^\n]*\bcommand\b|alembic\.config\b[^\n]*\bmain\b"
)
ASIDE = frozenset({
    "benchmarks", "conftest", "demo", "demos", "docs", "example", "examples", "fixtures",
    "scripts", "test", "testing", "tests",
})  # fmt: skip
"""Folders and files whose models are seldom meant for the database in production."""


def is_aside(path: str) -> bool:
    """Whether a file belongs to tests, examples or the like."""
    parts = path.removesuffix(".py").split("/")
    return not ASIDE.isdisjoint(parts) or parts[-1].startswith("test_")


class Environment:
    """An `env.py`: what its `target_metadata` is, and every module that it may load.

    So may the project's own code that runs Alembic, before it does.
    """

    __slots__ = ("metadata", "path", "reached")

    def __init__(self, path: str, metadata: list[Metadata], reached: set[str]) -> None:
        self.path = path
        self.metadata = metadata
        self.reached = reached


class Registration:
    """Finds and follows the environments of Alembic."""

    def __init__(
        self,
        index: ModuleIndex,
        load: Callable[[str], Module],
        read: Callable[[str], bytes],
        evaluator: Evaluator,
        registries: Registries,
    ) -> None:
        self._index = index
        self._load = load
        self._read = read
        self._evaluator = evaluator
        self._registries = registries

    def environments(self) -> list[Environment]:
        """Every environment with a target; none at all when one of them cannot be followed."""
        found: list[Environment] = []
        for path in self._index.named("env"):
            text = self._read(path)
            if b"alembic" not in text or b"target_metadata" not in text:
                continue
            targets = self._targets(self._load(path))
            reached = self._reached({path}) if targets else set()
            if targets is None or reached is None:
                return []
            if targets:
                found.append(Environment(path, targets, reached))
        loaded = self._reached(self._runners()) if found else set()
        if loaded is None:
            return []
        for environment in found:
            environment.reached |= loaded
        return found

    def _runners(self) -> set[str]:
        """The modules of the project that run Alembic themselves."""
        return {
            path
            for path in self._index.paths()
            if b"alembic" in self._read(path)
            and not is_aside(path)
            and _RUNS_ALEMBIC.search(self._text(path))
        }

    def _text(self, path: str) -> str:
        return self._read(path).decode("utf-8", "replace").replace("\r\n", "\n")

    def _targets(self, module: Module) -> list[Metadata] | None:
        """The metadata that an environment compares; None when the text does not tell."""
        found: list[Metadata] = []
        bindings = module.scope.bindings.get("target_metadata")
        if not bindings:
            return None
        given = [b for b in bindings if not (isinstance(b.node, f.Bind) and b.node.op == HANDED)]
        for value in map(self._evaluator.binding, given):
            for item in _items(value):
                if isinstance(item, Literal) and item.value is None:
                    continue
                metadata = None if isinstance(item, Unknown) else self._registries.metadata(item)
                if metadata is None or metadata.open:
                    return None
                found.append(metadata)
        return found

    def _reached(self, starts: set[str]) -> set[str] | None:
        """Every module that importing may load, by any import statement in the text of each.

        None when some of them imports what its text does not name.
        """
        found = set(starts)
        waiting = sorted(starts)
        while waiting:
            path = waiting.pop()
            text = _COMMENT.sub("", self._text(path).replace("\\\n", " "))
            if _UNFOLLOWED.search(text):
                return None
            for name, level, names in _imports(text):
                targets = list(self._files(name, level, names, path))
                if not targets and path in starts and not level and self._is_own(name):
                    return None
                for each in targets:
                    for loaded in (each, *self._index.packages(each)):
                        if loaded not in found:
                            found.add(loaded)
                            waiting.append(loaded)
        return found

    def _files(self, name: str, level: int, names: list[str], importer: str) -> Iterator[str]:
        for inner in ["", *names]:
            dotted = f"{name}.{inner}".strip(".") if inner else name
            if inner == "*":
                package = self._file(name, level, importer)
                yield from self._index.inside(package) if package else ()
                continue
            file = self._file(dotted, level, importer) if dotted or level else None
            if file is not None:
                yield file

    def _file(self, name: str, level: int, importer: str) -> str | None:
        if level:
            return self._index.find_relative(name, level, importer)
        return self._index.find(name, importer)

    def _is_own(self, name: str) -> bool:
        """Whether a module that was not found may be one of the project all the same."""
        first = name.split(".", 1)[0]
        if first in FOREIGN or first in sys.stdlib_module_names:
            return False
        return self._index.has_part(first)


def _items(value: Value) -> list[Value]:
    if isinstance(value, Sequence):
        return value.items if value.complete else [Unknown("partly computed")]
    if isinstance(value, Mapping):
        return list(value.items.values()) if value.complete else [Unknown("partly computed")]
    return [value]


def _imports(text: str) -> Iterator[tuple[str, int, list[str]]]:
    """Module name, level and imported names of every import statement, those in functions too."""
    for module, several, one, plain in _IMPORT.findall(text):
        if plain:
            yield from ((name, 0, []) for name in _names(plain))
        else:
            name = module.lstrip(".")
            yield name, len(module) - len(name), _names(several or one)


def _names(text: str) -> list[str]:
    return [part.split()[0] for part in text.split(",") if part.strip()]
