"""Module names as a person gives them, and the files that they stand for."""

from __future__ import annotations

from collections.abc import Collection, Iterable


def is_module_name(name: str) -> bool:
    """Whether this is a dotted name such as `app.models`."""
    return all(part.isidentifier() for part in name.split("."))


def file_of(module: str, paths: Collection[str]) -> str | None:
    """The project path that holds a module, the shallowest one; None when there is none."""
    stem = module.replace(".", "/")
    endings = (f"{stem}/__init__.py", f"{stem}.py")
    found = [path for path in paths if f"/{path}".endswith(tuple(f"/{e}" for e in endings))]
    return min(found, key=lambda path: (path.count("/"), path), default=None)


def roots_of(modules: Iterable[str], paths: Collection[str]) -> list[str]:
    """The folders from which these modules are importable; "" is the project's top."""
    roots: dict[str, None] = {}
    for module in modules:
        path = file_of(module, paths)
        if path is not None:
            stem = path.removesuffix(".py").removesuffix("/__init__")
            roots[stem.removesuffix(module.replace(".", "/")).rstrip("/")] = None
    return list(roots)
