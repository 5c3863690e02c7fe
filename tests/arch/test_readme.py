"""README is right about what can be looked up: tables, links, configuration, commands."""

from __future__ import annotations

import os
import re

import yaml
from tests.support.shell import ROOT

from safeguards.cli.main import VERBS
from safeguards.cli.rulebook import every_rule
from safeguards.config.find import open_config
from safeguards.exitcodes import MEANINGS

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_exit_codes_are_those_of_the_program() -> None:
    table = README.partition("## Exit codes")[2].partition("\n## ")[0]
    told = re.findall(r"^\| (\d+) \| (.*) \|$", table, re.MULTILINE)
    wanted = sorted((int(code), text) for code, text in MEANINGS.items())
    assert [(int(code), text) for code, text in told] == wanted


def test_every_link_leads_somewhere() -> None:
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", README)
    assert len(links) > 5
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_configuration_that_it_shows_is_one() -> None:
    (shown,) = blocks("toml")
    found = open_config(ROOT / "pyproject.toml", lambda _: shown.encode())
    assert list(found.config.targets) == ["production"]


def test_the_hook_that_it_shows_exists() -> None:
    (shown,) = blocks("yaml")
    hooks = [each["id"] for each in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())]
    (repository,) = yaml.safe_load(shown)["repos"]
    shown_hooks = [hook["id"] for hook in repository["hooks"]]
    assert shown_hooks
    assert set(shown_hooks) <= set(hooks)


def test_the_commands_that_it_shows_exist() -> None:
    lines = [line for block in blocks("sh") for line in block.splitlines()]
    scripts = [line.split()[0] for line in lines if line.startswith("scripts/")]
    assert scripts
    assert [name for name in scripts if not os.access(ROOT / name, os.X_OK)] == []
    verbs = [line.split()[1] for line in lines if line.startswith("safeguards ")]
    assert verbs
    assert set(verbs) <= set(VERBS)


def test_pictures_load_nothing_from_elsewhere() -> None:
    pictures = sorted((ROOT / "docs" / "img").glob("*.svg"))
    assert {f"docs/img/{picture.name}" for picture in pictures} == set(
        re.findall(r"!\[[^]]+\]\(([^)]+)\)", README)
    )
    for picture in pictures:
        assert re.findall(r"@font-face|@import|href=|<script", picture.read_text()) == []


def test_every_rule_has_its_page() -> None:
    pages = {path.stem for path in (ROOT / "docs" / "rules").glob("*.md")}
    assert pages == {rule.name for rule in every_rule()} | {"index"}


def blocks(language: str) -> list[str]:
    """The fenced blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
