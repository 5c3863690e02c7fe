"""README, hooks manifest, command line and package say the same."""

from __future__ import annotations

import re

import tomllib
import yaml
from tests.arch.source import PACKAGE
from tests.support.shell import ROOT

from safeguards.cli.main import INTERNAL, VERBS
from safeguards.exitcodes import ExitCode
from safeguards.install import pre_commit


def test_every_hook_is_in_the_readme() -> None:
    hooks = [each["id"] for each in yaml.safe_load(_text(".pre-commit-hooks.yaml"))]
    assert hooks
    assert [hook for hook in hooks if hook not in _text("README.md")] == []


def test_every_hook_calls_a_verb_that_exists() -> None:
    for hook in yaml.safe_load(_text(".pre-commit-hooks.yaml")):
        program, verb, *_ = hook["entry"].split()
        assert program == "safeguards"
        assert verb in {*VERBS, *INTERNAL}


def test_the_entry_of_install_is_that_of_the_manifest() -> None:
    manifest = {each["id"]: each for each in yaml.safe_load(_text(".pre-commit-hooks.yaml"))}
    fixed = {
        "pass_filenames": False,
        "always_run": True,
        "require_serial": True,
        "verbose": True,
    }
    for hook in pre_commit.HOOKS:
        told = manifest[hook.id]
        written = {"name": hook.name, "entry": f"safeguards {hook.arguments}", **fixed}
        assert {key: told[key] for key in written} == written
        assert yaml.safe_load(hook.stages) == told["stages"]


def test_every_verb_is_in_the_readme_and_no_other() -> None:
    told = set(re.findall(r"^\| `safeguards (\w+)", _text("README.md"), re.MULTILINE))
    assert told == set(VERBS)


def test_every_verb_has_its_file() -> None:
    missing = [verb for verb in VERBS if not (PACKAGE / "cli" / f"{verb}.py").exists()]
    assert missing == []


def test_every_exit_code_is_in_the_readme() -> None:
    table = _text("README.md").partition("## Exit codes")[2]
    told = {int(number) for number in re.findall(r"\b(\d{1,3})\b", table)}
    assert {int(code) for code in ExitCode} <= told


def test_python_versions_of_the_package_are_those_of_the_scripts() -> None:
    project = tomllib.loads(_text("pyproject.toml"))["project"]
    classified = re.findall(r":: (3\.\d+)", "\n".join(project["classifiers"]))
    (line,) = re.findall(r"^PYTHONS=\((.*)\)$", _text("scripts/test"), re.MULTILINE)
    assert line.split() == classified
    assert project["requires-python"] == f">={classified[0]}"


def _text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")
