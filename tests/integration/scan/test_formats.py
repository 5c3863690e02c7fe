"""What `scan` prints: golden transcripts, and the documents field by field."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

import msgspec
import pytest
from tests.integration.git.kit import GitRepo
from tests.integration.scan.kit import (
    CLEAN,
    FAULTS,
    WARNED,
    run,
    scan,
    scan_json,
    write,
)
from tests.support.golden import Golden

from safeguards.cli.rulebook import every_rule


@pytest.mark.parametrize("form", ["text", "json", "github", "gitlab", "junit", "markdown"])
@pytest.mark.parametrize(
    ("name", "files", "code"), [("faults", FAULTS, 1), ("warned", WARNED, 0), ("clean", CLEAN, 0)]
)
def test_transcripts(
    repo: GitRepo, golden: Golden, name: str, files: dict[str, str], code: int, form: str
) -> None:
    write(repo.top, files)
    ended = scan("--format", form, cwd=repo.top)
    assert (ended.code, ended.err) == (code, "")
    text = re.sub(r'"duration_ms":\d+', '"duration_ms":0', ended.out)
    text = re.sub(r'time="\d+\.\d+"', 'time="0.000"', text)
    golden.check(f"scan/{name}.{code}.{form}", text)


def test_verbose_lists_the_undecided_and_counts_on_stderr(repo: GitRepo, golden: Golden) -> None:
    write(repo.top, FAULTS)
    ended = scan("-v", cwd=repo.top)
    assert ended.code == 1
    golden.check("scan/verbose.1.text", ended.out)
    assert re.fullmatch(r"3 files, 5 models, 8 relationships, 1 undecided, \d+ ms\n", ended.err), (
        ended.err
    )


class Edit(msgspec.Struct, forbid_unknown_fields=True):
    path: str
    start: tuple[int, int]
    end: tuple[int, int]
    text: str


class Fix(msgspec.Struct, forbid_unknown_fields=True):
    safe: bool
    edits: list[Edit]


class Related(msgspec.Struct, forbid_unknown_fields=True):
    path: str
    line: int
    column: int
    label: str


class Finding(msgspec.Struct, forbid_unknown_fields=True):
    rule: str
    name: str
    severity: Literal["error", "warning", "info"]
    path: str
    line: int
    column: int
    end_line: int
    model: str | None
    relationship: str | None
    message: str
    help: str
    url: str
    related: list[Related]
    fix: Fix | None


class Document(msgspec.Struct, forbid_unknown_fields=True):
    version: Literal[1]
    files: int
    models: int
    relationships: int
    undecided: int
    duration_ms: int
    known: int
    findings: list[Finding]


def test_the_json_document_has_these_fields_and_no_others(repo: GitRepo) -> None:
    write(repo.top, FAULTS)
    ended = scan_json("-v", cwd=repo.top)
    document = msgspec.json.decode(ended.out, type=Document, strict=True)
    counts = (document.files, document.models, document.relationships, document.undecided)
    assert counts == (3, 5, 8, 1)
    assert {f.rule: f.severity for f in document.findings} == {
        **dict.fromkeys(("SG101", "SG102", "SG103", "SG104", "SG105", "SG108"), "error"),
        **dict.fromkeys(("SG100", "SG110", "SG190"), "warning"),
        "SG199": "info",
    }
    for finding in document.findings:
        assert 1 <= finding.line <= finding.end_line
        assert finding.column >= 1
        assert finding.url.endswith(f"/{finding.name}.md")


class DumpedRelationship(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    target: str | None
    line: int
    direction: Literal["one-to-many", "many-to-one", "many-to-many"] | None
    secondary: str | None


class DumpedKey(msgspec.Struct, forbid_unknown_fields=True):
    column: str
    target: str | None


class DumpedModel(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    module: str
    path: str
    line: int
    table: str | None
    relationships: list[DumpedRelationship]
    foreign_keys: list[DumpedKey]
    undecided: list[str]


class Dump(msgspec.Struct, forbid_unknown_fields=True):
    models: list[DumpedModel]


def dumped(top: Path, *argv: str) -> dict[str, DumpedModel]:
    ended = scan("--dump-models", "models.json", *argv, cwd=top)
    assert ended.code in {0, 1}, ended.err
    found = msgspec.json.decode((top / "models.json").read_bytes(), type=Dump, strict=True)
    return {model.name: model for model in found.models}


def test_models_are_dumped_where_declared_and_with_what_they_inherit(repo: GitRepo) -> None:
    write(repo.top, FAULTS)
    models = dumped(repo.top)
    shown = {
        name: (
            model.table,
            {r.name: (r.target, r.direction, r.secondary) for r in model.relationships},
            {key.column: key.target for key in model.foreign_keys},
            model.undecided,
        )
        for name, model in models.items()
    }
    owner = {"owner": ("User", "many-to-one", None)}
    post = owner | {"author": ("User", None, None), "parent": ("Post", "one-to-many", None)}
    keys = {"owner_id": "user.id", "maker_id": "user.id", "parent_id": "post.id"}
    assert shown == {
        "Owned": (None, {"owner": ("User", None, None)}, {"owner_id": "user.id"}, []),
        "Stamped": (None, {}, {"maker_id": "user.id"}, []),
        "User": (
            "user",
            {
                "pots": ("Pots", None, None),
                "tags": ("Tag", "many-to-many", "links"),
                "chosen": (None, None, None),
            },
            {},
            ["chosen"],
        ),
        "Tag": (
            "tag",
            owner | {"user": ("User", "many-to-one", None)},
            {"owner_id": "user.id"},
            [],
        ),
        "Post": ("post", post, keys, []),
        "Draft": ("draft", post, keys, []),
        "Alone": ("alone", {"tag": ("Tag", None, None)}, {}, []),
    }
    assert (models["Post"].module, models["Post"].path) == ("models", "app/models.py")
    lines = FAULTS["app/models.py"].splitlines()
    for name, model in models.items():
        assert lines[model.line - 1].startswith(f"class {name}(") or name == "Owned"
        for each in model.relationships:
            assert "relationship(" in lines[each.line - 1]


def test_a_dump_holds_only_what_is_judged_and_paths_from_here(repo: GitRepo) -> None:
    write(repo.top, {**CLEAN, "other/models.py": FAULTS["app/models.py"]})
    assert set(dumped(repo.top, "shop")) == {"User", "Post"}
    ended = scan("--dump-models", "m.json", cwd=repo.top / "shop")
    assert ended.code == 1
    found = msgspec.json.decode((repo.top / "shop" / "m.json").read_bytes(), type=Dump)
    assert {m.path for m in found.models} == {"user.py", "post.py", "../other/models.py"}
    assert {m.module for m in found.models} == {"shop.user", "shop.post", "models"}


def test_a_project_without_models_dumps_none(repo: GitRepo) -> None:
    write(repo.top, {"a.py": "x = 1\n"})
    assert dumped(repo.top) == {}


@pytest.mark.parametrize("where", [".", "/", "shop", "shop/base.py/x.json"])
def test_a_dump_that_cannot_be_written_is_wrong_usage(repo: GitRepo, where: str) -> None:
    write(repo.top, CLEAN)
    ended = scan("--dump-models", where, cwd=repo.top)
    assert (ended.code, ended.out) == (64, "")
    assert ended.err.startswith(f"error: cannot write {where}: ")
    assert "hint: name another file for --dump-models\n" in ended.err


def test_a_dump_goes_through_links_and_devices(repo: GitRepo) -> None:
    write(repo.top, CLEAN)
    (repo.top / "link.json").symlink_to("real.json")
    assert scan("--dump-models", "link.json", cwd=repo.top).code == 0
    assert (repo.top / "link.json").is_symlink()
    assert (repo.top / "real.json").read_text().startswith('{"models":[')
    ended = scan("--dump-models", "/dev/stdout", cwd=repo.top)
    assert ended.out == (repo.top / "real.json").read_text()
    assert Path("/dev/stdout").is_symlink()


def test_explain_shows_each_manual_page_in_both_formats(repo: GitRepo) -> None:
    text = run("explain", cwd=repo.top)
    assert (text.code, text.err) == (0, "")
    assert text.out == "".join(
        f"{r.code}  {r.name}{' (opt-in)' if r.opt_in else ''}: {r.summary}\n" for r in every_rule()
    )
    rules = run("explain", "--format", "json", cwd=repo.top).document["rules"]
    assert [(r["rule"], r["name"], r["summary"], r["opt_in"]) for r in rules] == [
        (r.code, r.name, r.summary, r.opt_in) for r in every_rule()
    ]
    by_name = run("explain", "ambiguous-foreign-keys", cwd=repo.top)
    assert by_name == run("explain", "sg101", cwd=repo.top)
    assert by_name.out.startswith("SG101 ambiguous-foreign-keys\n\nSeveral foreign keys join")
    page = run("explain", "SG101", "--format", "json", cwd=repo.top).document
    assert by_name.out == f"{page['rule']} {page['name']}\n\n{page['manual']}\n"


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("SG110O", "did you mean SG110?"),
        ("ambigous-foreign-keys", "did you mean ambiguous-foreign-keys?"),
        ("nonsense", "`safeguards explain` lists every rule"),
    ],
)
def test_explain_does_not_know_every_word(repo: GitRepo, word: str, hint: str) -> None:
    ended = run("explain", word, cwd=repo.top)
    assert (ended.code, ended.out) == (64, "")
    assert ended.err == f"error: there is no rule {word}\nhint: {hint}\n"
