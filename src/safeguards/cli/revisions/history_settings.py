"""What the configuration says about histories, and its ignores applied to their findings."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from pathlib import PurePath, PurePosixPath

import msgspec

from safeguards.config.find import Found, find_in
from safeguards.config.schema import Migrations, Scan
from safeguards.findings import Finding
from safeguards.globs import rebase
from safeguards.system.trees import Tree


class HistorySettings(msgspec.Struct, frozen=True):
    """Settings of one check; paths and globs are relative to the project's top."""

    config: str | None = None
    dialect: str = "postgresql"
    exclude: tuple[str, ...] = ()
    ignore: frozenset[str] = frozenset()
    error: frozenset[str] = frozenset()
    per_file_ignores: tuple[tuple[str, frozenset[str]], ...] = ()

    def applied(
        self, findings: list[Finding], commented: Iterable[str], tree: Tree
    ) -> list[Finding]:
        """The findings that count, sorted: not ignored, with their final severity.

        An ignore in one of the `commented` files that ignores nothing is a finding, too.
        """
        paths = list(commented)
        if not findings and not paths:
            return []
        # Most histories have no finding: the ignores of the scan are loaded only now.
        from safeguards.migrations.registry import history_rules
        from safeguards.scan.extract import ignores_in
        from safeguards.scan.settings import ScanSettings
        from safeguards.scan.suppress import apply_settings

        ignores = {path: ignores_in(content) for path, content in tree.read(paths).items()}
        settings = ScanSettings(
            ignore=self.ignore, error=self.error, per_file_ignores=self.per_file_ignores
        )
        known = frozenset(rule.code for rule in history_rules())
        return apply_settings(findings, ignores, settings, known=known)


def settings_of(found: Found | None, folder: PurePath) -> HistorySettings:
    """The settings in a configuration whose folder is this one, relative to the top."""
    scan = found.config.scan if found else Scan()
    migrations = found.config.migrations if found else Migrations()
    at = "" if found is None else folder.as_posix()
    config = migrations.config
    return HistorySettings(
        config=None if config is None else _joined(at, config),
        dialect=migrations.dialect,
        exclude=rebase(scan.exclude, at),
        ignore=frozenset(scan.ignore),
        error=frozenset(scan.error),
        per_file_ignores=tuple(
            (rebase((glob,), at)[0], frozenset(codes))
            for glob, codes in scan.per_file_ignores.items()
        ),
    )


def committed_settings(tree: Tree, folder: str = "") -> Found | None:
    """The configuration in a tree, from a folder upwards. Raises `ConfigError` for a wrong one."""
    start = PurePosixPath(folder)
    upwards = [start, *start.parents]
    paths = [(at / name).as_posix() for at in upwards for name in _NAMES]
    return find_in(tree.read(paths), start.as_posix())


_NAMES = ("safeguards.toml", "pyproject.toml")


def _joined(folder: str, path: str) -> str:
    return posixpath.normpath(posixpath.join(folder, path))
