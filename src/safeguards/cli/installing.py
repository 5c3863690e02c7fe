"""Wires an install: what the repository looks like, the plan for it, and its doing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path, PurePath

import msgspec

from safeguards import install
from safeguards.errors import UsageError
from safeguards.install import missing, plan, pre_commit, record, script, shims, steps
from safeguards.install.apply import apply
from safeguards.install.hooks import Spot
from safeguards.install.missing import Missing
from safeguards.install.plan import Folder, Scene, Wanted
from safeguards.install.steps import Plan, Seen
from safeguards.report.printable import printable
from safeguards.system import git, hook_files, yaml_text
from safeguards.system import shims as shipped
from safeguards.system.git import Repository
from safeguards.system.hook_files import HookFiles
from safeguards.system.hooks_folder import HooksFolder, configure, git_version, hooks_folder

SCRIPT = Path(install.__file__).parent / "files" / PurePath(script.FILE).name


class Extras(msgspec.Struct, frozen=True):
    """What an install adds to the native hooks."""

    pre_commit: bool = False
    script: bool = False
    config_hooks: bool = False


class Result(msgspec.Struct, frozen=True):
    """A finished plan; the paths of its lines are relative where they lie in the repository."""

    plan: Plan
    action: str
    missing: tuple[Missing, ...] = ()

    def rendered(self, output_format: str) -> str:
        """Text or JSON for standard output."""
        if output_format == "json":
            return steps.render_json(self.action, self.plan.told)
        lines = steps.render_text(self.plan.told).splitlines()
        return "".join(f"{printable(line)}\n" for line in lines)


def run_install(cwd: Path, extras: Extras) -> Result:
    """Install as asked, alone; hooks that were lost since the last install are named."""
    repository = git.require(cwd)
    if repository.top is None and (extras.pre_commit or extras.script):
        raise UsageError(
            "--pre-commit and --script put files into a work tree, and there is none here",
            hint="run it in a clone that people work in",
        )
    program = shipped.program()
    wanted = Wanted(
        {name: shipped.shim(name) for name in shims.ALL},
        program,
        "safeguards" if hook_files.name_finds(program) else program,
        extras.pre_commit,
        extras.script,
        extras.config_hooks,
    )
    lost = missing_hooks(repository)
    done = _do(repository, lambda scene: plan.install(scene, wanted, yaml_text.load))
    return Result(done, "install", lost)


def run_uninstall(cwd: Path) -> Result:
    """Take everything of ours out of the repository, alone."""
    return Result(_do(git.require(cwd), plan.uninstall), "uninstall")


def missing_hooks(repository: Repository) -> tuple[Missing, ...]:
    """The hooks that were installed here and that git does not run now, each with the reason."""
    recorded = record.decode(_content(repository.common_dir / record.FILE))
    if not recorded.folders:
        return ()
    folder = hooks_folder(repository)
    spots = _folder(str(folder.path), folder).spots
    return missing.missing_hooks(recorded, spots, hook_files.can_run)


def _do(repository: Repository, planned: Callable[[Scene], Plan]) -> Plan:
    with hook_files.alone(repository.common_dir / "safeguards"):
        scene = look(repository)
        for path in _touched(scene):
            hook_files.sweep(path)
        done = planned(scene)
        apply(done, Hands(repository))
    roots = [f"{root}/" for root in (repository.top, repository.git_dir) if root is not None]
    return Plan(done.steps, tuple(_shortened(each, roots) for each in done.told))


class Hands(HookFiles):
    """Changes files and the configuration of one repository."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository

    def configure(self, key: str, value: str | None) -> None:
        """Set a value in the repository's configuration; None removes its section."""
        configure(self._repository, key, value)


def look(repository: Repository) -> Scene:
    """The repository as an install finds it."""
    common, top = repository.common_dir, repository.top
    seen = _seen(common / record.FILE)
    effective = hooks_folder(repository)
    here = str(effective.path)
    earlier = record.decode(seen.content if seen else None).folders
    folders = [_folder(here, effective)]
    folders += [_folder(path, None) for path in sorted(earlier) if path != here]
    return Scene(
        str(common),
        None if top is None else str(top),
        effective.bare,
        git_version(repository),
        tuple(folders),
        seen,
        _seen(common / "info" / "exclude"),
        None if top is None else _seen(top / pre_commit.FILE),
        None if top is None else _seen(top / script.FILE),
        _content(SCRIPT) or b"",
    )


def _folder(path: str, facts: HooksFolder | None) -> Folder:
    spots = tuple(_spot(path, name, facts) for name in shims.ALL)
    if facts is None:
        return Folder(path, spots, hook_files.is_folder(path))
    return Folder(path, spots, hook_files.is_folder(path), facts.inside, facts.shared)


def _spot(folder: str, name: str, facts: HooksFolder | None) -> Spot:
    path = Path(folder) / name
    before, legacy, old = (
        _seen(path.with_name(f"{name}.{end}")) for end in (shims.BEFORE, shims.LEGACY, shims.OLD)
    )
    tracked = facts is not None and name in facts.tracked
    return Spot(name, str(path), _seen(path), before, legacy, old, tracked)


def _touched(scene: Scene) -> list[str]:
    """Folders in which a killed run may have left a draft."""
    own = [f"{scene.common}/{name}" for name in ("safeguards", "safeguards/hooks", "info")]
    tree = [scene.top, f"{scene.top}/scripts"] if scene.top else []
    return [*(folder.path for folder in scene.folders), *own, *tree]


def _seen(path: Path) -> Seen | None:
    seen = hook_files.see(str(path))
    return None if seen is None else Seen(*seen)


def _content(path: Path) -> bytes | None:
    seen = hook_files.see(str(path))
    return None if seen is None else seen.content


def _shortened(told: steps.Told, roots: list[str]) -> steps.Told:
    root = next((root for root in roots if told.path.startswith(root)), "")
    return msgspec.structs.replace(told, path=told.path.removeprefix(root))
