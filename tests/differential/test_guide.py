"""docs/sqlalchemy-relationships.md is right: each block is run, the wrong ones raise as told."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import msgspec
import pytest
from tests.integration.scan.kit import PROGRAM
from tests.support.oracle import VERSIONS, Oracle, Version, oracle_python
from tests.support.scan_case import found, scan_files
from tests.support.shell import ROOT

from safeguards.scan.registry import find
from safeguards.scan.settings import ScanSettings

GUIDE = (ROOT / "docs" / "sqlalchemy-relationships.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```\n(?:\n\*\*([^\n]+))?", re.MULTILINE | re.DOTALL)
TOLD = re.compile(r"(Wrong|Silent), (SG\d{3}):\*\* (?:`(\w+): (.+)`|no error)")
SINCE_2_0 = ("Mapped[", "mapped_column", "DeclarativeBase", "sqlmodel", "flask_sqlalchemy")


class Block(msgspec.Struct, frozen=True):
    """A fenced block, and what the line below it says of it."""

    number: int
    language: str
    code: str
    verdict: str = "Right"
    rule: str = ""
    exception: str = ""
    message: str = ""

    @property
    def versions(self) -> tuple[Version, ...]:
        """The SQLAlchemys that it is written for."""
        return VERSIONS[1:] if any(word in self.code for word in SINCE_2_0) else VERSIONS

    @property
    def name(self) -> str:
        """Its place in the page, and a word of what it is about."""
        words = re.findall(r"^class (?!Base)(\w+)", self.code, re.MULTILINE)
        return "-".join([str(self.number), self.verdict.lower(), *words[-1:]])


def blocks(language: str) -> list[Block]:
    read = []
    for number, (kind, code, after) in enumerate(BLOCK.findall(GUIDE), 1):
        if kind == language:
            line = after
            told = TOLD.match(line)
            assert bool(told) == line.startswith(("Wrong", "Silent")), line
            read.append(Block(number, kind, code, *(told.groups("") if told else ())))
    return read


MODELS = blocks("python")
JUDGED = [(version, block) for block in MODELS for version in block.versions]


@pytest.mark.oracle
@pytest.mark.parametrize(
    ("oracle", "block"),
    JUDGED,
    ids=[f"{version}-{block.name}" for version, block in JUDGED],
    indirect=["oracle"],
)
def test_sqlalchemy_agrees(oracle: Oracle, block: Block, tmp_path: Path) -> None:
    (tmp_path / "models.py").write_text(block.code)
    faults = oracle.judge(tmp_path).faults
    if block.verdict != "Wrong":
        assert faults == ()
        return
    told = {(fault.exception, _shortened(fault.message, block)) for fault in faults}
    assert (block.exception, _plain(block.message)) in told


@pytest.mark.parametrize("block", MODELS, ids=[block.name for block in MODELS])
def test_the_scanner_agrees(block: Block) -> None:
    for version in block.versions:
        result = scan_files({"models.py": block.code.encode()}, ScanSettings(sqlalchemy=version))
        severity = {"Wrong": "error", "Silent": "warning"}
        wanted = {(block.rule, severity[block.verdict])} if block.verdict in severity else set()
        assert {(each.rule, each.severity) for each in found(result)} == wanted
        assert result.undecided == 0


def test_the_page_shows_wrong_and_right_of_each_kind() -> None:
    verdicts = [block.verdict for block in MODELS]
    assert verdicts.count("Wrong") >= 5
    assert verdicts.count("Silent") >= 1
    assert verdicts.count("Right") >= 12
    assert all(find(block.rule) for block in MODELS if block.rule)


@pytest.mark.oracle
@pytest.mark.parametrize("oracle", ["2.1"], indirect=True)
@pytest.mark.parametrize("block", blocks("sh"), ids=lambda block: str(block.number))
def test_its_commands_work(block: Block, tmp_path: Path, home: Path, oracle: Oracle) -> None:
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "models.py").write_text(MODELS[0].code)
    program = tmp_path / "bin" / "safeguards"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {" ".join(PROGRAM)} "$@"\n')
    program.chmod(0o755)
    places = [str(program.parent), str(oracle_python(oracle.version).parent), os.environ["PATH"]]
    done = subprocess.run(
        ["sh", "-eu", "-c", block.code],
        cwd=tmp_path / "project",
        env={**os.environ, "PATH": ":".join(places), "HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def _shortened(message: str, block: Block) -> str:
    return _plain(message)[: len(_plain(block.message))]


def _plain(text: str) -> str:
    """On one line; 1.4 and 2.x differ in how they write a mapper."""
    return re.sub(r"mapped class (\w+)->(\w+)", r"Mapper[\1(\2)]", " ".join(text.split()))
