"""What git tells of a history beyond one tree: bases, what it leaves out, where a text went."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence

from safeguards.errors import UnreachableError
from safeguards.system.git import QUICK, Repository
from safeguards.system.process import Completed, run

SEARCHING = 5.0
"""Seconds that looking for a text may take: it is a courtesy."""

MOST_REFS = 50


def known_commit(repository: Repository, name: str) -> str | None:
    """The full name of a commit that the repository has, by any name; else None."""
    done = _ask(repository, "rev-parse", "--quiet", "--verify", f"{name}^{{commit}}")
    return done.text.strip() if done.returncode == 0 else None


def merge_base(repository: Repository, one: str, *others: str) -> str | None:
    """The newest commit that `one` and a merge of the others have in common."""
    done = _ask(repository, "merge-base", one, *others)
    return done.text.strip() if done.returncode == 0 else None


def left_out(repository: Repository, folders: Iterable[str]) -> tuple[list[str], list[str]]:
    """The files in folders of the work tree that git ignores, and those it does not track."""
    paths = [f"{folder}/" if folder not in {"", "."} else "." for folder in folders]
    if repository.top is None or not paths:
        return [], []
    every = _listed(repository, "--others", "-z", "--", *paths)
    if not every:
        return [], []
    untracked = set(_listed(repository, "--others", "-z", "--exclude-standard", "--", *paths))
    return [path for path in every if path not in untracked], sorted(untracked)


def whereabouts(repository: Repository, text: str, folders: Sequence[str]) -> str:
    """Where git knows files in these folders that hold a text, in words; "" when nowhere."""
    if not text or "\n" in text or "\0" in text:
        return ""
    try:
        return _on_a_branch(repository, text, folders) or _in_the_past(repository, text, folders)
    except UnreachableError:
        return ""


def branch_with(repository: Repository, revision: str) -> tuple[str, str] | None:
    """The branch that was committed to last of those with a revision's file, and the file's path.

    Raises `UnreachableError` when git does not answer in time.
    """
    if not re.fullmatch(r"[\w.-]+", revision):
        return None
    quoted = revision.replace(".", "[.]")
    pattern = f"^revision( *:[^=]*)? *= *[\"']{quoted}[\"']"
    return _on_some_branch(repository, ("-E", "-e", pattern), ("*.py",))


def _on_a_branch(repository: Repository, text: str, folders: Sequence[str]) -> str:
    found = _on_some_branch(repository, ("-F", "-e", text), folders)
    return f"It is on branch {found[0]}, in {found[1]}." if found else ""


def _on_some_branch(
    repository: Repository, pattern: Sequence[str], folders: Sequence[str]
) -> tuple[str, str] | None:
    listing = ("for-each-ref", "--sort=-committerdate", f"--count={MOST_REFS}")
    refs = _ask(repository, *listing, "--format=%(refname)", "refs/heads", "refs/remotes")
    names = [name for name in refs.text.split() if not name.endswith("/HEAD")]
    if not names:
        return None
    how = ("-l", "-z", *pattern)
    done = _ask(repository, "grep", *how, *names, "--", *folders, timeout=SEARCHING)
    first = os.fsdecode(done.stdout.split(b"\0")[0])
    name = next((name for name in names if first.startswith(f"{name}:")), "")
    if not name:
        return None
    short = name.removeprefix("refs/heads/").removeprefix("refs/remotes/")
    return short, first[len(name) + 1 :]


def _in_the_past(repository: Repository, text: str, folders: Sequence[str]) -> str:
    search = ("log", "--all", "-n1", "--format=%h %s", "-S", text)
    done = _ask(repository, *search, "--", *folders, timeout=SEARCHING)
    commit = done.stdout.decode("utf-8", "replace").strip()
    return f"Git has it in its history; the last commit to touch it: {commit}" if commit else ""


def _listed(repository: Repository, *arguments: str) -> list[str]:
    done = _ask(repository, "--literal-pathspecs", "ls-files", *arguments)
    if done.returncode != 0:
        return []
    return sorted(os.fsdecode(name) for name in done.stdout.split(b"\0") if name)


def _ask(repository: Repository, *arguments: str, timeout: float = QUICK) -> Completed:
    where = repository.top or repository.git_dir
    return run(("git", *arguments), timeout=timeout, cwd=where, env=repository.environ)
