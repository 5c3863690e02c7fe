"""The whole plan of an install or uninstall, from what is there; nothing is touched here."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping

import msgspec

from safeguards.errors import ConfigError
from safeguards.install import hooks, pre_commit, script
from safeguards.install import record as records
from safeguards.install.hooks import Spot
from safeguards.install.missing import expected
from safeguards.install.pre_commit import Parse
from safeguards.install.record import Record
from safeguards.install.shims import ARMED
from safeguards.install.steps import (
    Configure,
    Plan,
    Remove,
    RemoveFolder,
    Seen,
    Step,
    Told,
    Write,
    joined,
)

CONFIGURATION_HOOKS = (2, 54)
"""The first git that runs hooks that its configuration names."""
CONFIGURED = ("pre-commit", "pre-push")
EXCLUDED = "# safeguards: begin"
EXCLUDED_END = "# safeguards: end"
PROGRAM_KEY = "safeguards.program"


class Folder(msgspec.Struct, frozen=True):
    """A hooks folder: `inside` is its path in the work tree where `git status` would show it."""

    path: str
    spots: tuple[Spot, ...]
    exists: bool = True
    inside: str | None = None
    shared: str = ""


class Scene(msgspec.Struct, frozen=True):
    """A repository as an install finds it; the first folder is in effect, others were once.

    `shipped_script` is the text of the script that this version writes.
    """

    common: str
    top: str | None
    bare: bool
    git: tuple[int, int]
    folders: tuple[Folder, ...]
    record: Seen | None = None
    exclude: Seen | None = None
    pre_commit: Seen | None = None
    script: Seen | None = None
    shipped_script: bytes = b""

    @property
    def recorded(self) -> Record:
        """What earlier installs put where."""
        return records.decode(self.record.content if self.record else None)


class Wanted(msgspec.Struct, frozen=True):
    """What was asked for: the shims with the program in them, its path, and the extras.

    `entry` is how pre-commit is to call the program.
    """

    shims: Mapping[str, bytes]
    program: str
    entry: str = "safeguards"
    pre_commit: bool = False
    script: bool = False
    config_hooks: bool = False


def install(scene: Scene, wanted: Wanted, parse: Parse) -> Plan:
    """Steps to the guarded repository; each of them leaves what the next run can finish."""
    folder, recorded = scene.folders[0], scene.recorded
    asked = wanted.config_hooks or bool(recorded.configured)
    configured = CONFIGURED if asked and not scene.bare and scene.git >= CONFIGURATION_HOOKS else ()
    names = expected(bare=scene.bare)
    record = recorded.with_folder(folder.path, names, made=not folder.exists)
    record = msgspec.structs.replace(record, configured=configured)
    plans = [_recorded(scene, record), _excluded(scene, folder, names)]
    if configured:
        plans.append(_configured(scene, wanted, configured))
    plans += [
        hooks.take_out(spot)
        if spot.name in configured
        else hooks.put(spot, wanted.shims[spot.name])
        for spot in folder.spots
        if spot.name in names
    ]
    if asked and not configured:
        plans.append(_not_configured(scene, recorded))
    if folder.shared:
        note = (
            f"core.hooksPath is in the {folder.shared} configuration: other repositories run these"
        )
        plans.append(Plan((), (Told(folder.path, "kept", note),)))
    if wanted.pre_commit:
        plans.append(_pre_commit(scene, wanted, parse))
    if wanted.script:
        plans.append(script.put(f"{scene.top}/{script.FILE}", scene.script, scene.shipped_script))
        plans.append(Plan((Configure(PROGRAM_KEY, wanted.program),)))
    return joined(plans)


def uninstall(scene: Scene) -> Plan:
    """Steps back to the repository as it was, also after an install that was killed."""
    recorded = scene.recorded
    plans = [hooks.take_out(spot) for folder in scene.folders for spot in folder.spots]
    for name in recorded.configured:
        kept = f"{scene.common}/safeguards/hooks/{name}"
        steps = (Configure(f"hook.safeguards-{name}.command", None), Remove(kept))
        plans.append(Plan(steps, (Told(f"hook.safeguards-{name}", "removed"),)))
    if scene.pre_commit is not None:
        plans.append(_no_pre_commit(scene, scene.pre_commit))
    if scene.top is not None:
        plans.append(
            script.take_out(f"{scene.top}/{script.FILE}", scene.script, scene.shipped_script)
        )
    plans.append(_unexcluded(scene))
    plans.append(Plan(tuple(RemoveFolder(made) for made in recorded.made)))
    if scene.record is not None:
        gone = (Configure(PROGRAM_KEY, None), Remove(f"{scene.common}/{records.FILE}"))
        plans.append(Plan(gone))
    return joined(plans)


def _recorded(scene: Scene, record: Record) -> Plan:
    content = records.encode(record)
    if scene.record is not None and scene.record.content == content:
        return Plan()
    return Plan((Write(f"{scene.common}/{records.FILE}", content, executable=False),))


def _configured(scene: Scene, wanted: Wanted, names: tuple[str, ...]) -> Plan:
    steps: list[Step] = []
    for name in names:
        path = f"{scene.common}/safeguards/hooks/{name}"
        steps.append(Write(path, wanted.shims[name]))
        steps.append(Configure(f"hook.safeguards-{name}.command", shlex.quote(path)))
        steps.append(Configure(f"hook.safeguards-{name}.event", name))
    return Plan(tuple(steps), tuple(Told(f"hook.safeguards-{name}", "written") for name in names))


def _not_configured(scene: Scene, recorded: Record) -> Plan:
    """An older git: say so by name; what a newer one was told to run would run twice there."""
    version = ".".join(map(str, scene.git))
    first = ".".join(map(str, CONFIGURATION_HOOKS))
    why = f"git {version} has no configuration hooks ({first} or newer): skipped"
    if scene.bare:
        why = "a bare repository is not pushed from: skipped"
    steps = tuple(
        Configure(f"hook.safeguards-{name}.command", None) for name in recorded.configured
    )
    return Plan(steps, (Told("--config-hooks", "skipped", why),))


def _pre_commit(scene: Scene, wanted: Wanted, parse: Parse) -> Plan:
    path = f"{scene.top}/{pre_commit.FILE}"
    before = scene.pre_commit.content if scene.pre_commit else None
    if scene.pre_commit is not None and (scene.pre_commit.link or before is None):
        return Plan((), (Told(path, "refused", "it is a link, or no file that can be read"),))
    try:
        after = pre_commit.added(before, wanted.entry, parse)
    except ConfigError as error:
        return Plan((), (Told(path, "refused", f"{error.message}; {error.hint}"),))
    if after == before:
        return Plan((), (Told(path, "unchanged"),))
    step = Write(path, after, bool(scene.pre_commit and scene.pre_commit.executable))
    note = "`pre-commit install -t pre-commit -t pre-push` makes git run it"
    return Plan((step,), (Told(path, "written", note),))


def _no_pre_commit(scene: Scene, seen: Seen) -> Plan:
    path = f"{scene.top}/{pre_commit.FILE}"
    if seen.link or seen.content is None:
        return Plan()  # nothing of ours was put there
    try:
        after = pre_commit.without(seen.content)
    except ConfigError as error:
        return Plan((), (Told(path, "refused", f"{error.message}; {error.hint}"),))
    if after is None:
        return Plan((Remove(path),), (Told(path, "removed"),))
    if after == seen.content:
        return Plan()
    return Plan((Write(path, after, seen.executable),), (Told(path, "restored"),))


def _excluded(scene: Scene, folder: Folder, names: tuple[str, ...]) -> Plan:
    """Hooks in the work tree that nothing ignores yet go into `info/exclude`."""
    if folder.inside is None:
        return Plan()
    fresh = [spot for spot in folder.spots if spot.name in {*names, ARMED} and not spot.tracked]
    shown = [_escaped(f"/{folder.inside}/{spot.name}") for spot in fresh]
    lines = [line for name in shown for line in (name, f"{name}.before-safeguards")]
    before = (scene.exclude.content or b"") if scene.exclude else b""
    block = "\n".join((EXCLUDED, *lines, EXCLUDED_END, "")).encode("utf-8", "surrogateescape")
    rest = _without_block(before)
    joint = b"" if not rest or rest.endswith(b"\n") else b"\n"
    return _exclude(scene, before, rest + joint + block)


def _unexcluded(scene: Scene) -> Plan:
    if scene.exclude is None or scene.exclude.content is None:
        return Plan()
    return _exclude(scene, scene.exclude.content, _without_block(scene.exclude.content))


def _exclude(scene: Scene, before: bytes, after: bytes) -> Plan:
    path = f"{scene.common}/info/exclude"
    return Plan() if before == after else Plan((Write(path, after, executable=False),))


def _without_block(content: bytes) -> bytes:
    block = rf"^{EXCLUDED}\n(?:.*\n)*?{EXCLUDED_END}\n".encode()
    return re.sub(block, b"", content, flags=re.MULTILINE)


def _escaped(path: str) -> str:
    return re.sub(r"([\\*?\[\] ])", r"\\\1", path)
