"""The whole plan: what differs by kind of repository, version of git, and earlier installs."""

from __future__ import annotations

import msgspec
import pytest

from safeguards.install import record, shims
from safeguards.install.hooks import Spot
from safeguards.install.plan import Folder, Scene, Wanted, install, uninstall
from safeguards.install.record import Record
from safeguards.install.steps import Configure, Plan, Remove, Seen, Write
from safeguards.system.yaml_text import load

SHIMS = {name: f"#!/bin/sh\n# safeguards: {name}\n".encode() for name in shims.ALL}
OURS = {name: Seen(content) for name, content in SHIMS.items()}


def folder(**hooks: Seen) -> Folder:
    found = {name.replace("_", "-"): seen for name, seen in hooks.items()}
    return Folder("/r/.git/hooks", tuple(
        Spot(name, f"/r/.git/hooks/{name}", found.get(name)) for name in shims.ALL
    ))  # fmt: skip


def scene(**changes: object) -> Scene:
    plain = Scene("/r/.git", "/r", bare=False, git=(2, 39), folders=(folder(),))
    return msgspec.structs.replace(plain, **changes)


def wanted(**changes: object) -> Wanted:
    return msgspec.structs.replace(Wanted(SHIMS, "/bin/safeguards"), **changes)


def written(plan: Plan) -> list[str]:
    return [step.path.removeprefix("/r/.git/") for step in plan.steps if isinstance(step, Write)]


def after(plan: Plan) -> Seen:
    """The record that the plan writes."""
    (content,) = [s.content for s in plan.steps if isinstance(s, Write) and "installed" in s.path]
    return Seen(content, executable=False)


def test_the_record_is_written_first() -> None:
    assert written(install(scene(), wanted(), load)) == [
        "safeguards/installed.json", "hooks/pre-commit", "hooks/pre-push", "hooks/post-push",
    ]  # fmt: skip


def test_a_bare_repository_gets_the_receiver_only() -> None:
    plan = install(scene(top=None, bare=True), wanted(), load)
    assert written(plan) == ["safeguards/installed.json", "hooks/post-receive"]


@pytest.mark.parametrize("git", [(2, 54), (2, 60), (3, 0)])
def test_configuration_hooks_take_the_place_of_files(git: tuple[int, int]) -> None:
    plan = install(scene(git=git), wanted(config_hooks=True), load)
    assert written(plan) == [
        "safeguards/installed.json",
        "safeguards/hooks/pre-commit",
        "safeguards/hooks/pre-push",
        "hooks/post-push",
    ]
    assert [step for step in plan.steps if isinstance(step, Configure)] == [
        Configure("hook.safeguards-pre-commit.command", "/r/.git/safeguards/hooks/pre-commit"),
        Configure("hook.safeguards-pre-commit.event", "pre-commit"),
        Configure("hook.safeguards-pre-push.command", "/r/.git/safeguards/hooks/pre-push"),
        Configure("hook.safeguards-pre-push.event", "pre-push"),
    ]


def test_configuration_hooks_stay_when_installed_again_and_replace_files_that_were_there() -> None:
    both = folder(pre_commit=OURS["pre-commit"], pre_push=OURS["pre-push"])
    plan = install(scene(git=(2, 54), folders=(both,)), wanted(config_hooks=True), load)
    removed = [step.path for step in plan.steps if isinstance(step, Remove)]
    assert removed == ["/r/.git/hooks/pre-commit", "/r/.git/hooks/pre-push"]
    again = install(scene(git=(2, 54), record=after(plan)), wanted(), load)
    assert "hooks/pre-push" not in written(again)
    gone = uninstall(scene(git=(2, 54), record=after(plan)))
    assert Configure("hook.safeguards-pre-push.command", None) in gone.steps
    assert Remove("/r/.git/safeguards/hooks/pre-push") in gone.steps


def test_an_older_git_skips_them_by_name_and_gets_files() -> None:
    plan = install(scene(), wanted(config_hooks=True), load)
    assert "hooks/pre-push" in written(plan)
    (skipped,) = [told for told in plan.told if told.done == "skipped"]
    assert skipped.note == "git 2.39 has no configuration hooks (2.54 or newer): skipped"
    assert not any(isinstance(step, Configure) for step in plan.steps)


def test_an_older_git_later_takes_the_configuration_back() -> None:
    newer = install(scene(git=(2, 54)), wanted(config_hooks=True), load)
    plan = install(scene(record=after(newer)), wanted(), load)
    assert "hooks/pre-push" in written(plan)
    assert Configure("hook.safeguards-pre-push.command", None) in plan.steps


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"version":1,"folders":3}', b"\xff"])
def test_a_damaged_record_is_none(content: bytes) -> None:
    assert record.decode(content) == Record()
    plan = install(scene(record=Seen(content)), wanted(), load)
    assert written(plan)[0] == "safeguards/installed.json"


def test_a_record_comes_back_as_it_was() -> None:
    kept = Record().with_folder("/a", ("pre-push",), made=True).with_folder("/b", (), made=False)
    assert record.decode(record.encode(kept)) == kept
    assert kept.made == ("/a",)


def test_a_second_install_does_nothing() -> None:
    first = install(scene(), wanted(), load)
    there = folder(**{name.replace("-", "_"): seen for name, seen in OURS.items()})
    again = install(scene(record=after(first), folders=(there,)), wanted(), load)
    assert again.steps == ()


def test_names_with_signs_of_patterns_are_excluded_as_they_are() -> None:
    inside = msgspec.structs.replace(folder(), inside="my [hooks]*")
    plan = install(scene(folders=(inside,)), wanted(), load)
    (exclude,) = [s for s in plan.steps if isinstance(s, Write) and s.path.endswith("exclude")]
    assert b"/my\\ \\[hooks\\]\\*/pre-push\n" in exclude.content
    assert b"/my\\ \\[hooks\\]\\*/pre-push.before-safeguards\n" in exclude.content
