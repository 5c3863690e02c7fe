"""Every verb answers `--help` with examples and takes the options that all verbs share."""

from __future__ import annotations

import pytest

from safeguards.cli.main import VERBS, main

SHARED = ("--config FILE", "--format [", "--no-color", "-v, --verbose", "-h, --help")
WITH_TARGET = {"rollback", "sync", "gate", "verify", "status", "history", "metrics", "report"}
GROUPS = {"migrations": ("check",), "metrics": ("serve", "write")}
"""Verbs that have verbs of their own, which take the options."""
OF_GIT = {"push"}
"""Verbs whose every argument is git's."""
CALLS = [(verb, *each) for verb in VERBS for each in ((), *((v,) for v in GROUPS.get(verb, ())))]


def help_of(capsys: pytest.CaptureFixture[str], *argv: str) -> str:
    assert main([*argv, "--help"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return out


@pytest.mark.parametrize("call", CALLS, ids=" ".join)
def test_help_has_examples_and_the_shared_options(
    capsys: pytest.CaptureFixture[str], call: tuple[str, ...]
) -> None:
    text = help_of(capsys, *call)
    assert f"  safeguards {' '.join(call)}" in text.partition("Examples:\n")[2]
    if call not in {(verb,) for verb in OF_GIT | GROUPS.keys()}:
        assert [option for option in SHARED if option not in text] == []
    if call not in {(verb,) for verb in GROUPS}:
        assert ("--target NAME" in text) == (call[0] in WITH_TARGET)


def test_help_of_the_whole_has_every_verb_and_examples(capsys: pytest.CaptureFixture[str]) -> None:
    text = help_of(capsys)
    assert all(f"\n  {verb} " in text for verb in VERBS)
    assert "  safeguards scan" in text.partition("Examples:\n")[2]


@pytest.mark.parametrize("argv", [[], ["nope"], ["--nope"], ["verify", "--nope"], ["scan", "-q"]])
def test_a_wrong_call_is_64_with_one_message_and_a_hint(
    capsys: pytest.CaptureFixture[str], argv: list[str]
) -> None:
    assert main(argv) == 64
    out, err = capsys.readouterr()
    assert out == ""
    message, hint = err.splitlines()
    assert (message[:7], hint[:16]) == ("error: ", "hint: see `safeg")
