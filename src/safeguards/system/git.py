"""Git, by its command line alone: where a repository is, what it lists, what its blobs hold.

Names travel NUL-separated, so quotes, newlines and bytes that are no UTF-8 arrive unharmed.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import msgspec

from safeguards.errors import NotInstalledError, UnreachableError, UsageError
from safeguards.system.process import Completed, run

QUICK = 20.0
"""Seconds for a question about names."""
READING = 120.0
"""Seconds for reading contents."""

REPOSITORY_VARIABLES = (
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_CONFIG",
    "GIT_DIR",
    "GIT_GRAFT_FILE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_INTERNAL_SUPER_PREFIX",
    "GIT_NO_REPLACE_OBJECTS",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
)
"""What a hook inherits and what would make git answer for another repository.

These are `git rev-parse --local-env-vars` but for `CONFIG_VARIABLES`: they carry `safe.directory`,
without which git refuses a checkout owned by somebody else.
"""

CONFIG_VARIABLES = ("GIT_CONFIG_COUNT", "GIT_CONFIG_PARAMETERS")
"""The two that `git -c` sets; with the others they are all of `git rev-parse --local-env-vars`."""

PATHSPEC_VARIABLES = (
    "GIT_GLOB_PATHSPECS",
    "GIT_ICASE_PATHSPECS",
    "GIT_LITERAL_PATHSPECS",
    "GIT_NOGLOB_PATHSPECS",
)


class Entry(msgspec.Struct, frozen=True):
    """A file in an index or a commit: its mode as git writes it (six digits) and its blob."""

    mode: str
    oid: str

    @property
    def is_file(self) -> bool:
        """True for a regular file, executable or not."""
        return self.mode.startswith("100")

    @property
    def is_link(self) -> bool:
        """True for a symbolic link, whose blob holds where it leads."""
        return self.mode == "120000"


class Index(msgspec.Struct, frozen=True):
    """What would be committed now; a path in `unmerged` has a conflict and no one content."""

    files: Mapping[str, Entry]
    unmerged: frozenset[str]


class Repository(msgspec.Struct, frozen=True):
    """A git repository; `top` is its work tree, None for a bare one. All paths are real paths."""

    top: Path | None
    git_dir: Path
    common_dir: Path
    environ: Mapping[str, str]

    def head(self) -> str | None:
        """The commit that is checked out, None before the first one."""
        return self._commit("HEAD")

    def head_branch(self) -> str:
        """The full name of the branch that HEAD stands for, "" when it is detached."""
        done = self.ask(("symbolic-ref", "--quiet", "HEAD"))
        return os.fsdecode(done.stdout).rstrip("\n") if done.returncode == 0 else ""

    def resolve(self, rev: str) -> str:
        """The full name of a commit, or `UsageError` when `rev` names none here."""
        oid = self.commit_of(rev)
        if oid is None:
            raise UsageError(
                f"{rev!r} names no commit in {self.top or self.git_dir}",
                hint="give a branch, tag or commit; in a shallow clone, fetch it first",
            )
        return oid

    def commit_of(self, rev: str) -> str | None:
        """The full name of a commit that this repository holds; None where `rev` names none."""
        return self._commit(rev) if rev and not rev.startswith("-") and "\0" not in rev else None

    def work_tree_files(self) -> list[str]:
        """Tracked and untracked paths that git does not ignore; a tracked one may be deleted."""
        out = self._git("ls-files", "-z", "--cached", "--others", "--exclude-standard")
        return sorted({os.fsdecode(name) for name in _split(out) if not name.endswith(b"/")})

    def index_files(self) -> Index:
        """The files of the index, without submodules and without `git add --intent-to-add`."""
        files: dict[str, Entry] = {}
        unmerged: set[str] = set()
        for record in _split(self._git("ls-files", "-z", "--stage")):
            facts, _, name = record.partition(b"\t")
            mode, oid, stage = facts.decode().split(" ")
            if stage == "0":
                files[os.fsdecode(name)] = Entry(mode, oid)
            else:
                unmerged.add(os.fsdecode(name))
        for intended in self._intended(files):
            files.pop(intended, None)
        return Index(_without_submodules(files), frozenset(unmerged))

    def tree_files(self, commit: str) -> Mapping[str, Entry]:
        """The files of a commit given by its full name, without submodules."""
        files: dict[str, Entry] = {}
        for record in _split(self._git("ls-tree", "-r", "-z", "--full-tree", commit)):
            facts, _, name = record.partition(b"\t")
            mode, _kind, oid = facts.decode().split(" ")
            files[os.fsdecode(name)] = Entry(mode, oid)
        return _without_submodules(files)

    def blob_sizes(self, oids: Iterable[str]) -> dict[str, int]:
        """Bytes of each blob; a blob that the repository does not hold is left out."""
        wanted = "".join(f"{oid}\n" for oid in dict.fromkeys(oids)).encode()
        if not wanted:
            return {}
        lines = self._git("cat-file", "--batch-check", "--buffer", stdin=wanted).decode()
        rows = (line.split(" ") for line in lines.splitlines())
        return {row[0]: int(row[2]) for row in rows if len(row) == 3 and row[1] == "blob"}

    def read_blobs(self, oids: Iterable[str]) -> dict[str, bytes]:
        """The content of each blob by its name, in one process; a missing one is left out."""
        wanted = "".join(f"{oid}\n" for oid in dict.fromkeys(oids)).encode()
        if not wanted:
            return {}
        out = self._git("cat-file", "--batch", "--buffer", stdin=wanted, timeout=READING)
        blobs: dict[str, bytes] = {}
        at = 0
        while at < len(out):
            end = out.index(b"\n", at)
            header = out[at:end].decode().split(" ")
            at = end + 1
            if len(header) == 3 and header[1] != "missing":
                size = int(header[2])
                blobs[header[0]] = out[at : at + size]
                at += size + 1
        return blobs

    def _commit(self, rev: str) -> str | None:
        done = self.ask(("rev-parse", "--quiet", "--verify", f"{rev}^{{commit}}"))
        return done.text.strip() if done.returncode == 0 else None

    def _intended(self, files: Mapping[str, Entry]) -> list[str]:
        """Paths announced with `git add -N`: git lists them as empty, and does not commit them."""
        empty = {"e69de29bb2d1d6434b8b29ae775ad8c2e48c5391", _EMPTY_SHA256}
        if self.top is None or empty.isdisjoint(entry.oid for entry in files.values()):
            return []
        out = self._git("diff-files", "-z", "--name-only", "--diff-filter=A", "--", "*.py")
        return [os.fsdecode(name) for name in _split(out)]

    def _git(self, *arguments: str, stdin: bytes = b"", timeout: float = QUICK) -> bytes:
        done = self.ask(arguments, stdin=stdin, timeout=timeout)
        if done.returncode != 0:
            raise UnreachableError(
                f"git {arguments[0]} failed in {self.top or self.git_dir}: {_complaint(done)}",
                hint="`git fsck` checks the repository",
            )
        return done.stdout

    def ask(
        self,
        arguments: Sequence[str],
        *,
        stdin: bytes = b"",
        timeout: float = QUICK,
        extra: Mapping[str, str] | None = None,
    ) -> Completed:
        """Run git here, with `extra` variables; whatever it says and however it ends."""
        where = self.top or self.git_dir
        environ = {**self.environ, **(extra or {})}
        return run(("git", *arguments), timeout=timeout, cwd=where, env=environ, stdin=stdin)


_EMPTY_SHA256 = "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813"


def discover(cwd: Path, *, for_hook: bool = False) -> Repository | None:
    """The repository that `cwd` lies in; None when there is none, or no git to ask.

    Raises `UnreachableError` when git does not come to an answer.
    With `for_hook` the index, repository and work tree that git names to its hooks count;
    otherwise only the folder does.
    """
    try:
        return require(cwd, for_hook=for_hook)
    except (UsageError, NotInstalledError):
        return None


def require(cwd: Path, *, for_hook: bool = False) -> Repository:
    """Like `discover`, but say why: `UsageError` without a repository, 69 without git or answer."""
    inherited = dict(os.environ)
    plain = _environment(inherited)
    try:
        complaint, repository = _look(cwd, plain)
    except NotInstalledError as error:
        raise NotInstalledError(
            error.message, hint="install git, or read the work tree, which needs none"
        ) from error
    if not for_hook:
        return _found(repository, cwd, complaint)
    named = {key: inherited[key] for key in ("GIT_DIR", "GIT_WORK_TREE") if key in inherited}
    elsewhere = repository is None or not _same(cwd / named.get("GIT_DIR", ""), repository.git_dir)
    if "GIT_DIR" in named and elsewhere:
        complaint, repository = _look(cwd, plain | named)
    repository = _found(repository, cwd, complaint)
    index = inherited.get("GIT_INDEX_FILE")
    if not index:
        return repository
    # A relative one is relative to the top of the work tree, which is where git is asked.
    environ = {**repository.environ, "GIT_INDEX_FILE": index}
    return msgspec.structs.replace(repository, environ=environ)


def reopen(top: Path, git_dir: Path) -> Repository:
    """The repository that another process found, also where variables had led it there.

    A work tree that is gone since does not matter. Raises `UsageError` when the repository is.
    """
    plain = _environment(without_git(os.environ))
    if top.is_dir():
        complaint, repository = _look(top, plain)
        if repository is not None and _same(repository.git_dir, git_dir):
            return repository
        complaint, repository = _look(top, {**plain, "GIT_DIR": str(git_dir)})
    else:
        complaint, repository = _look(git_dir, plain)
    return _found(repository, git_dir, complaint)


def without_git(inherited: Mapping[str, str]) -> dict[str, str]:
    """The variables without any that tie them to a repository, a push or a `git -c`."""
    dropped = {*REPOSITORY_VARIABLES, *CONFIG_VARIABLES, *PATHSPEC_VARIABLES, "GIT_QUARANTINE_PATH"}
    numbered = ("GIT_CONFIG_KEY_", "GIT_CONFIG_VALUE_")
    return {
        key: value
        for key, value in inherited.items()
        if key not in dropped and not key.startswith(numbered)
    }


def _look(cwd: Path, environ: Mapping[str, str]) -> tuple[str, Repository | None]:
    """The repository seen from `cwd`, or what git said instead."""
    questions = ("--absolute-git-dir", "--git-common-dir", "--show-toplevel")
    done = _answer(cwd, environ, *questions)
    answers = done.stdout.split(b"\n")[:-1]
    if not answers:
        return _complaint(done), None
    bare = done.returncode != 0
    if len(answers) != len(questions) - bare:
        # A path holds a newline: only one answer at a time can be told from the next.
        answers = [_answer(cwd, environ, question).stdout[:-1] for question in questions]
    git_dir = Path(os.fsdecode(answers[0])).resolve()
    top = None if bare else Path(os.fsdecode(answers[2])).resolve()
    settled = dict(environ)
    if "GIT_DIR" in environ:
        settled["GIT_DIR"] = str(git_dir)
        if top is not None:
            settled["GIT_WORK_TREE"] = str(top)
    return "", Repository(top, git_dir, (cwd / os.fsdecode(answers[1])).resolve(), settled)


def _answer(cwd: Path, environ: Mapping[str, str], *questions: str) -> Completed:
    done = run(("git", "rev-parse", *questions), timeout=QUICK, cwd=cwd, env=environ)
    if done.returncode < 0:  # no answer, which is not the answer that there is no repository
        raise UnreachableError(
            f"git was ended by signal {-done.returncode} before it answered", hint="try again"
        )
    return done


def _found(repository: Repository | None, cwd: Path, complaint: str) -> Repository:
    if repository is None:
        raise UsageError(
            f"{cwd} is in no git repository that git will read: {complaint}",
            hint="run it inside the repository; without git, name the folder: safeguards scan .",
        )
    return repository


def _environment(inherited: Mapping[str, str]) -> dict[str, str]:
    """What a git child sees: nothing that names another repository, no prompts, no locks."""
    dropped = {*REPOSITORY_VARIABLES, *PATHSPEC_VARIABLES}
    kept = {key: value for key, value in inherited.items() if key not in dropped}
    return {**kept, "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}


def _same(one: Path, other: Path) -> bool:
    return one.resolve() == other.resolve()


def _without_submodules(files: Mapping[str, Entry]) -> dict[str, Entry]:
    return {path: entry for path, entry in files.items() if entry.is_file or entry.is_link}


def _split(out: bytes) -> list[bytes]:
    return [part for part in out.split(b"\0") if part]


def _complaint(done: Completed) -> str:
    lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
    return lines[0].removeprefix("fatal: ") if lines else f"exit code {done.returncode}"
