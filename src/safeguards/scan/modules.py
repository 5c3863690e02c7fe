"""Import names → files of the project, without running an import."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

FOREIGN = frozenset({"sqlalchemy", "sqlmodel", "flask_sqlalchemy", "alembic", "typing", "enum"})
"""Top-level packages that a file deep in the project must not shadow by accident."""

_MARKS = {
    "alembic": "alembic/op.py",
    "flask_sqlalchemy": "flask_sqlalchemy/model.py",
    "sqlalchemy": "sqlalchemy/orm/__init__.py",
    "sqlmodel": "sqlmodel/main.py",
    "typing_extensions": "typing_extensions.py",
}
"""The files by which such a package is the real one, which is known and not read."""


class ModuleIndex:
    """Finds the file behind a dotted name, as seen from another file.

    A name may start at any folder that is not itself inside a package, and at `source_roots`.
    Where several files fit: one below a source root, then the nearest to the importer, then a
    package before a module, as Python has it.
    """

    def __init__(self, paths: Iterable[str], source_roots: Iterable[str] = ()) -> None:
        self._paths = frozenset(paths)
        self._roots = frozenset(root.strip("./") for root in source_roots)
        self._by_tail: dict[str, list[str]] = {}
        for path in sorted(self._paths):
            parts = _dotted(path)
            if parts:
                self._by_tail.setdefault(parts[-1], []).append(path)

    def find(self, name: str, importer: str) -> str | None:
        """The path of module `name` as imported by the file `importer`, or None if foreign."""
        parts = tuple(name.split("."))
        best: tuple[bool, int, bool, str] | None = None
        for path in self._by_tail.get(parts[-1], ()):
            dotted = _dotted(path)
            if dotted[-len(parts) :] != parts:
                continue
            root = "/".join(path.split("/")[: len(dotted) - len(parts)])
            if not self._may_start(root, parts[0]) or self._is_real(root, parts[0]):
                continue
            is_module = not path.endswith("__init__.py")
            rank = (root not in self._roots, -_common(path, importer), is_module, path)
            if best is None or rank < best:
                best = rank
        return best[-1] if best else None

    def find_relative(self, name: str, level: int, importer: str) -> str | None:
        """The path of `from {dots}{name} import …` in the file `importer`."""
        folder = importer.split("/")[:-1]
        if level - 1 > len(folder):
            return None
        base = folder[: len(folder) - (level - 1)]
        return self.at("/".join([*base, *([] if not name else name.split("."))]))

    def at(self, stem: str) -> str | None:
        """The module file at this path without ending: `stem.py`, or the package `stem`."""
        for path in (f"{stem}/__init__.py" if stem else "__init__.py", f"{stem}.py"):
            if path in self._paths:
                return path
        return None

    def submodule(self, path: str, name: str) -> str | None:
        """The module `name` inside the package whose `__init__.py` is `path`."""
        if not path.endswith("__init__.py"):
            return None
        return self.at("/".join([*path.split("/")[:-1], name]))

    def paths(self) -> frozenset[str]:
        """Every file."""
        return self._paths

    def named(self, name: str) -> list[str]:
        """The files of modules with this last name, sorted."""
        return self._by_tail.get(name, [])

    def inside(self, path: str) -> list[str]:
        """The modules directly inside the package whose `__init__.py` is `path`, sorted."""
        folder = path.removesuffix("__init__.py")
        if folder == path:
            return []
        return sorted(
            p for p in self._paths if p.startswith(folder) and "/" not in p[len(folder) :]
        )

    def packages(self, path: str) -> Iterator[str]:
        """The packages around a module, nearest first."""
        parts = path.split("/")[:-1]
        while parts:
            package = self.at("/".join(parts))
            if package is None or not package.endswith("__init__.py"):
                return
            yield package
            parts.pop()

    def has_part(self, name: str) -> bool:
        """Whether some folder or file is called so."""
        return name in self._by_tail or any(f"/{name}/" in f"/{path}" for path in self._paths)

    def dotted(self, path: str) -> str:
        """The import name of a file: below the nearest source root around its packages, else from
        the first folder that is not a package.
        """
        parts = path.split("/")
        start = len(parts) - 1
        while start > 0 and "/".join([*parts[:start], "__init__.py"]) in self._paths:
            start -= 1
        above = ("/".join(parts[:depth]) for depth in range(start, -1, -1))
        root = next((each for each in above if each in self._roots), None)
        if root is not None:
            start = root.count("/") + 1 if root else 0
        return ".".join(_dotted("/".join(parts[start:])))

    def _is_real(self, root: str, first: str) -> bool:
        mark = _MARKS.get(first)
        return mark is not None and f"{root}/{mark}".lstrip("/") in self._paths

    def _may_start(self, root: str, first: str) -> bool:
        if self._roots and root in self._roots:
            return True
        inside_package = f"{root}/__init__.py".lstrip("/") in self._paths
        return not inside_package and (first not in FOREIGN or not root)


def _dotted(path: str) -> tuple[str, ...]:
    parts = path.removesuffix(".py").split("/")
    return tuple(parts[:-1] if parts[-1] == "__init__" else parts)


def _common(path: str, other: str) -> int:
    count = 0
    for left, right in zip(path.split("/"), other.split("/"), strict=False):
        if left != right:
            break
        count += 1
    return count
