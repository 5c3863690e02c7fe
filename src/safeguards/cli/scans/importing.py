"""`scan --import`: the options, and the question to the project's own interpreter."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

import click
import msgspec

from safeguards.cli.redact import REDACTOR
from safeguards.cli.scans.scan_options import IMPORT_TIMEOUT, ScanOptions
from safeguards.errors import InternalError, NotInstalledError, UnreachableError, UsageError
from safeguards.system.environment import stderr_is_terminal, variables

if TYPE_CHECKING:
    from safeguards.probe.answer import Answer
    from safeguards.scan.engine import Review
    from safeguards.system.project import Project

SECRET_NAME = re.compile(r"(?i)passw|secret|token|credential|api_?key|private_?key|_dsn|_url$")
SHORTEST_SECRET = 8
"""Characters; what is shorter is a word that messages need."""

LAST_LINES = 20
"""Of what the imported code printed, when the import failed; all of it with -v."""


class Imports(msgspec.Struct, frozen=True):
    """What the command line asked to import, and how."""

    modules: tuple[str, ...]
    python: str | None
    timeout: float
    verbose: bool


def imports_of(options: ScanOptions) -> Imports | None:
    """What is to be imported, if anything. Raises `UsageError` for options that exclude it."""
    python, timeout = options.import_python, options.import_timeout
    if not options.import_modules:
        if python is not None or timeout is not None:
            raise UsageError(
                "--python and --import-timeout say how to import, and nothing is imported",
                hint="add --import MODULE",
            )
        return None
    if options.staged or options.rev is not None:
        raise UsageError(
            "--import reads the work tree: the index and commits cannot be imported",
            hint="leave out --staged and --commit",
        )
    return Imports(options.import_modules, python, timeout or IMPORT_TIMEOUT, options.verbose)


def ask_project(
    imports: Imports, project: Project, paths: Collection[str], source_roots: Sequence[str]
) -> Review:
    """Let the project's interpreter configure the mappers; the answer as a review of findings.

    Raises `UsageError` for a module that is not there and `UnreachableError` when there is no
    interpreter with SQLAlchemy to ask. `paths` are the project's files.
    """
    from safeguards.probe.judge import Asked, Judge
    from safeguards.probe.modules import file_of
    from safeguards.system.interpreter import project_interpreter

    _check_names(imports.modules)
    python = imports.python or project_interpreter(variables(), project.here, project.top)
    if stderr_is_terminal():
        click.echo(f"importing {', '.join(imports.modules)} with {python} …", err=True)
    answer = _answer(imports, python, project, paths, source_roots)
    _check_found(answer)
    if imports.verbose:
        click.echo(f"{python}: Python {answer.python}, SQLAlchemy {answer.sqlalchemy}", err=True)
    _relay(answer, imports)
    files = {m: file_of(m, paths) or m.replace(".", "/") + ".py" for m in imports.modules}
    asked = Asked(project.top, files, python, imports.timeout, REDACTOR.clean)
    return lambda findings, resolution: Judge(answer, asked, resolution).review(findings)


def _answer(
    imports: Imports,
    python: str,
    project: Project,
    paths: Collection[str],
    source_roots: Sequence[str],
) -> Answer:
    from safeguards.probe.answer import WORKER, Question, decode
    from safeguards.probe.modules import roots_of
    from safeguards.system.interpreter import HINT, ask

    for name, value in variables().items():
        if SECRET_NAME.search(name) and len(value) >= SHORTEST_SECRET:
            REDACTOR.learn(value)
    folders = [*source_roots, *roots_of(imports.modules, paths)]
    roots = dict.fromkeys([str(project.here), *(str(project.top / each) for each in folders)])
    question = Question(imports.modules, tuple(roots), imports.timeout)
    written = ask(python, WORKER, msgspec.json.encode(question), timeout=imports.timeout)
    answer = decode(written)
    if answer is None:
        raise UnreachableError(f"{python} gave an answer that is none", hint=HINT)
    if answer.bug:
        raise InternalError(
            f"configuring the mappers with {python} failed for a reason of our own",
            hint="report this with the lines above",
            context=tuple(("it said", line) for line in answer.bug.splitlines()),
        )
    if answer.refusal:
        raise NotInstalledError(f"{python} cannot be asked: {answer.refusal}", hint=HINT)
    return answer


def _check_names(modules: Sequence[str]) -> None:
    from safeguards.probe.modules import is_module_name

    for name in modules:
        if not is_module_name(name):
            meant = name.removesuffix(".py").strip("./").replace("/", ".")
            hint = f"write --import {meant}" if is_module_name(meant) else "such as app.models"
            raise UsageError(f"--import takes the name of a module, not {name}", hint=hint)


def _check_found(answer: Answer) -> None:
    """A module that was only misspelled is wrong usage, not a finding."""
    for fault in answer.faults:
        missing = fault.missing_module
        if missing and f"{fault.module}.".startswith(f"{missing}."):
            raise UsageError(
                f"there is no module {missing}, so {fault.module} cannot be imported",
                hint="name it as the application imports it; "
                "scan.source-roots says where imports start",
            )


def _relay(answer: Answer, imports: Imports) -> None:
    """What the imported code printed goes to standard error, when it may explain something."""
    from safeguards.report.printable import printable

    lines = [line for line in answer.said.splitlines() if line.strip()]
    if imports.verbose or any(fault.stage != "configure" for fault in answer.faults):
        for line in lines if imports.verbose else lines[-LAST_LINES:]:
            click.echo(f"  {printable(REDACTOR.clean(line))}", err=True)
