"""SQLAlchemy's answer as findings, beside those that the text gave."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

from safeguards.findings import Finding, Place, Related, Severity
from safeguards.probe.answer import Answer, Line, Owner, Refusal, Warned
from safeguards.probe.recognise import of_exception, of_warning
from safeguards.scan.registry import Rule
from safeguards.scan.resolve.build import Resolution

UNDECIDED = "SG199"
CALLERS = 3
"""Places that led to a failing import and are shown with it."""

FOREIGN = frozenset({"site-packages", "dist-packages"})


class Asked(msgspec.Struct, frozen=True):
    """What was asked: the project's real top, a file by module, the interpreter, the deadline.

    `clean` takes secrets out of what foreign code says.
    """

    top: Path
    files: Mapping[str, str]
    python: str
    timeout: float
    clean: Callable[[str], str]


class Judge:
    """One answer over one resolved project."""

    def __init__(self, answer: Answer, asked: Asked, resolution: Resolution) -> None:
        self._answer = answer
        self._asked = asked
        self._places = {
            (found.mapper.place.path, found.mapper.name, found.key): found.place
            for found in resolution.project.relationships
        }
        self._classes = {
            (mapper.place.path, mapper.place.line): mapper.name
            for mapper in resolution.project.mappers
        }

    def review(self, findings: Iterable[Finding]) -> tuple[list[Finding], set[str]]:
        """What the text gave, less what SQLAlchemy accepted, and what only SQLAlchemy saw.

        A fault that both saw stays as the text gave it, which says more about the way out.
        The files in which SQLAlchemy refused something come second.
        """
        accepted = self._accepted()
        kept = [each for each in findings if not _is_settled(each, accepted)]
        told = list(dict.fromkeys([*self._refused(), *self._warned(_of_classes(kept))]))
        seen = {(each.rule, each.place.path, each.place.line) for each in kept}
        at = {
            (each.place, each.relationship)
            for each in kept
            if each.severity == "error" and each.relationship is not None
        }
        new = [
            each
            for each in told
            if (each.rule, each.place.path, each.place.line) not in seen
            and (each.severity != "error" or (each.place, each.relationship) not in at)
        ]
        refused = [each for each in told if each.severity == "error"]
        decided = {(each.place, each.relationship) for each in refused}
        still = [
            each
            for each in kept
            if each.rule != UNDECIDED or (each.place, each.relationship) not in decided
        ]
        return still + _once(new), {each.place.path for each in refused}

    def _accepted(self) -> set[tuple[Place, str, str]]:
        found = set()
        for file, name, key in self._answer.accepted:
            place = self._places.get((self._path(file), name, key))
            if place is not None:
                found.add((place, name, key))
        return found

    def _refused(self) -> Iterator[Finding]:
        for fault in self._answer.faults:
            if fault.stage in {"hung", "died"}:
                yield self._ended(fault)
                continue
            kind = fault.kinds[0]
            text = f"{kind}: {_text(fault.message)}" if fault.message else kind
            rule = of_exception(fault.kinds, fault.message)
            if fault.owners:
                owner = fault.owners[0]
                yield self._finding(rule, "error", fault, f"{_label(owner)}: {text}")
                continue
            what = "the mappers cannot be configured"
            advice = "Whatever mapper event or hook raises this runs in production too."
            if fault.stage == "import":
                what = f"{fault.module} cannot be imported"
                advice = f"See it all: {self._asked.python} -c 'import {fault.module}'."
            yield self._finding(rule, "error", fault, f"{what}: {text}", advice)

    def _ended(self, fault: Refusal) -> Finding:
        doing = fault.message
        rule = of_exception((), "")
        if fault.stage == "hung":
            return self._finding(
                rule,
                "error",
                fault,
                f"{doing} did not end within {self._asked.timeout:g} s; here it was at the end",
                "Move what waits (a connection, a server, a prompt) out of the import, "
                "or give it longer: --import-timeout SECONDS.",
            )
        how = f"exit code {fault.status}, without an exception"
        if fault.signal:
            how = f"signal {fault.signal}"
        advice = "Something in it calls os._exit() or crashes below Python."
        return self._finding(rule, "error", fault, f"{doing} ended the interpreter: {how}", advice)

    def _warned(self, known: set[tuple[str, str, str | None]]) -> Iterator[Finding]:
        """The warnings, less those at a class statement of which the text knows the line."""
        for warned in self._answer.warnings:
            place = self._place(warned)
            if place is None:
                continue
            rule, model = of_warning(warned.message), self._classes.get((place.path, place.line))
            if model is None or (rule.code, place.path, model) not in known:
                label = f"{_label(warned.owners[0])}: " if warned.owners else ""
                text = f"{label}SAWarning: {_text(warned.message)}"
                yield self._finding(rule, "warning", warned, text)

    def _finding(
        self, rule: Rule, severity: Severity, told: Refusal | Warned, text: str, advice: str = ""
    ) -> Finding:
        owner = told.owners[0] if told.owners else None
        place = self._place(told) or self._module_place(told)
        return Finding(
            place=place,
            rule=rule.code,
            name=rule.name,
            severity=severity,
            message=self._asked.clean(text),
            model=owner.name if owner else None,
            relationship=owner.key if owner else None,
            help=advice,
            related=() if owner else self._callers(told, place),
        )

    def _place(self, told: Refusal | Warned) -> Place | None:
        """Where it is written: what the text knows, the source, the last line of the project."""
        for owner in told.owners:
            known = self._places.get((self._path(owner.file), owner.name, owner.key or ""))
            if known is not None:
                return known
            if owner.declared is not None:
                return self._at(owner.declared)
        if told.owners and told.owners[0].file:
            return self._at((told.owners[0].file, told.owners[0].line))
        ours = self._ours(told.frames)
        return self._at(ours[-1]) if ours else None

    def _module_place(self, told: Refusal | Warned) -> Place:
        """The imported module itself, where nothing closer is known."""
        files = self._asked.files
        named = told.module if isinstance(told, Refusal) else ""
        words = told.message.split()
        module = next((m for m in (named, *words) if m in files), next(iter(files)))
        return Place(files[module])

    def _callers(self, told: Refusal | Warned, place: Place) -> tuple[Related, ...]:
        found = dict.fromkeys(self._at(line) for line in self._ours(told.frames))
        found.pop(place, None)
        return tuple(Related(each, "from here") for each in [*found][::-1][:CALLERS])

    def _ours(self, frames: Iterable[Line]) -> list[Line]:
        """The lines that lie in the project's own files."""
        return [
            (file, line)
            for file, line in frames
            if not Path(self._path(file)).is_absolute()
            and not FOREIGN & set(Path(file).parts)
            and not Path(file).name.startswith("<")
        ]

    def _at(self, line: Line) -> Place:
        return Place(self._path(line[0]), line[1], 1, line[1])

    def _path(self, file: str) -> str:
        """A real path as a project path, or itself when it lies outside."""
        path = Path(file)
        top = self._asked.top
        return path.relative_to(top).as_posix() if path.is_relative_to(top) else file


def _of_classes(findings: Iterable[Finding]) -> set[tuple[str, str, str | None]]:
    """Rule, file and class of what stands in a class body and is no relationship."""
    return {(f.rule, f.place.path, f.model) for f in findings if f.relationship is None}


def _is_settled(finding: Finding, accepted: set[tuple[Place, str, str]]) -> bool:
    """SQLAlchemy configured this relationship: it is neither undecided nor refused."""
    key = (finding.place, finding.model or "", finding.relationship or "")
    return key in accepted and (finding.severity == "error" or finding.rule == UNDECIDED)


def _once(findings: Iterable[Finding]) -> list[Finding]:
    """One finding for each rule, place and attribute: a mixin's fault shows in every subclass."""
    found: dict[tuple[str, Place, str | None], Finding] = {}
    for each in findings:
        found.setdefault((each.rule, each.place, each.relationship), each)
    return list(found.values())


def _label(owner: Owner) -> str:
    return f"{owner.name}.{owner.key}" if owner.key else owner.name


def _text(message: str) -> str:
    """A message of SQLAlchemy on one line, without the pointer to its web page."""
    return " ".join(message.partition("(Background on this")[0].split())
