"""The entry in pre-commit's configuration: in as text, out again byte for byte."""

from __future__ import annotations

import pytest
import yaml

from safeguards.errors import ConfigError
from safeguards.install.pre_commit import BEGIN, END, HOOKS, added, without
from safeguards.system.yaml_text import load

ITEM = """\
  - repo: https://index.example/hooks
    rev: v1
    hooks:
      - id: other
"""
FILES = {
    "plain": f"repos:\n{ITEM}",
    "indented by nothing": "repos:\n- repo: local\n  hooks: []\n",
    "indented by four and an odd dash": "repos:\n    -   repo: local\n        hooks: []\n",
    "comments": f"# top\n\nrepos: # all of them\n  # the first\n\n{ITEM}# end\n",
    "keys around": f"fail_fast: true\nrepos:\n{ITEM}\nci:\n  skip: [other]\n",
    "document marks": f"---\nrepos:\n{ITEM}...\n",
    "windows": f"repos:\n{ITEM}".replace("\n", "\r\n"),
    "a mark of the order of bytes": f"\ufeffrepos:\n{ITEM}",
    "no end of the last line": f"repos:\n{ITEM}".rstrip("\n"),
    "an empty list": "repos: []\n",
    "an empty list, more": "repos:   [ ] # none yet\nfail_fast: true\n",
    "an empty list, windows": "repos: []\r\nfail_fast: true\r\n",
    "nothing after it": "repos:",
    "no items": "repos:\n",
    "quotes and anchors": "x: &a 'repos: []'\nrepos:\n- repo: local\n  hooks: [{id: *a}]\n",
}
REFUSED = {
    "flow": "repos: [{repo: local, hooks: []}]\n",
    "json": '{"repos": []}\n',
    "quoted": '"repos":\n- repo: local\n  hooks: []\n',
    "twice": "repos: []\nrepos: []\n",
    "none": "fail_fast: true\n",
    "empty": "",
    "no yaml": "repos:\n- [\n",
    "an anchor": "repos: &all\n- repo: local\n  hooks: []\n",
    "tabs": "repos:\n\t- repo: local\n",
    "no list": "repos:\n  a: 1\n",
}


@pytest.mark.parametrize("name", FILES)
def test_the_entry_comes_first_and_nothing_else_changes(name: str) -> None:
    before = FILES[name].encode()
    after = added(before, "safeguards", load)
    repos = yaml.safe_load(after)["repos"]
    assert [hook["id"] for hook in repos[0]["hooks"]] == [hook.id for hook in HOOKS]
    assert repos[1:] == (yaml.safe_load(before)["repos"] or [])
    kept = [line for line in before.splitlines(keepends=True) if line.strip() != b"repos: []"]
    assert set(kept[1:]) <= set(after.splitlines(keepends=True))
    assert (b"\r\n" in after) == (b"\r\n" in before)
    assert after.count(b"\n") == after.count(b"\r\n") or b"\r\n" not in before


@pytest.mark.parametrize("name", FILES)
def test_it_comes_out_byte_for_byte_and_twice_is_once(name: str) -> None:
    before = FILES[name].encode()
    once = added(before, "safeguards", load)
    assert added(once, "safeguards", load) == once
    assert without(once) == before
    assert without(before) == before
    other = added(once, "/another/safeguards", load)
    assert b"entry: /another/safeguards scan --staged" in other
    assert without(other) == before


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_edited_is_refused(name: str) -> None:
    with pytest.raises(ConfigError) as refused:
        added(REFUSED[name].encode(), "safeguards", load)
    assert refused.value.hint


def test_a_file_that_is_not_there_is_made_and_goes_again() -> None:
    made = added(None, "safeguards", load)
    assert [repo["repo"] for repo in yaml.safe_load(made)["repos"]] == ["local"]
    assert added(made, "safeguards", load) == made
    assert without(made) is None


@pytest.mark.parametrize("name", ["an empty list", "an empty list, windows", None])
def test_what_others_added_meanwhile_stays_and_still_is_yaml(name: str | None) -> None:
    made = added(FILES[name].encode() if name else None, "safeguards", load)
    newline = "\r\n" if b"\r\n" in made else "\n"
    end = f"{END}{newline}".encode()
    grown = made.replace(end, end + ITEM.replace("\n", newline).encode())
    assert len(yaml.safe_load(grown)["repos"]) == 2
    left = without(grown)
    assert left is not None
    assert [repo["repo"] for repo in yaml.safe_load(left)["repos"]] == [
        "https://index.example/hooks"
    ]
    assert b"safeguards" not in left


def test_keys_that_joined_a_made_file_stay() -> None:
    made = added(None, "safeguards", load)
    assert without(made + b"fail_fast: true\n") == b"fail_fast: true\n"


@pytest.mark.parametrize("mark", [BEGIN, END])
def test_damaged_marks_are_refused(mark: str) -> None:
    made = added(FILES["plain"].encode(), "safeguards", load)
    lines = [line for line in made.decode().splitlines(keepends=True) if mark not in line]
    with pytest.raises(ConfigError, match="damaged"):
        without("".join(lines).encode())
    with pytest.raises(ConfigError, match="damaged"):
        added("".join(lines).encode(), "safeguards", load)


@pytest.mark.parametrize(
    "program", ["/a b/safeguards", "/it's/safeguards", "/ünï: #/safeguards", '/"x"/s']
)
def test_the_program_may_have_any_printable_path(program: str) -> None:
    import shlex

    entry = yaml.safe_load(added(None, program, load))["repos"][0]["hooks"][0]["entry"]
    assert shlex.split(entry) == [program, "scan", "--staged"]


def test_a_path_that_yaml_cannot_hold_is_refused() -> None:
    with pytest.raises(ConfigError, match="cannot be written"):
        added(None, "/new\nline/safeguards", load)
