"""The rules, found by walking `rules/`: one file each, holding its own manual page."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable
from functools import cache
from typing import TypeVar

import msgspec

from safeguards.findings import Place, Related, Severity
from safeguards.scan.fixes.intents import Intent
from safeguards.scan.project import Mapper, Relationship
from safeguards.scan.resolve.build import Resolution


class Fault(msgspec.Struct, frozen=True):
    """What a rule saw; the engine adds the rule's code and name to make a finding."""

    place: Place
    message: str
    severity: Severity = "error"
    model: str | None = None
    relationship: str | None = None
    help: str = ""
    related: tuple[Related, ...] = ()
    fix: Intent | None = None


Check = Callable[[Resolution], Iterable[Fault]]
C = TypeVar("C", bound=Check)


class Rule(msgspec.Struct, frozen=True):
    """A rule: fixed code and name, manual page, and the check (None for the engine's own).

    An `opt_in` rule is applied only where the settings name it.
    """

    code: str
    name: str
    manual: str
    check: Check | None
    opt_in: bool = False

    @property
    def summary(self) -> str:
        """The first sentence of the manual page, without its full stop."""
        return self.manual.partition("\n")[0].rstrip(".")


def rule(code: str, name: str, *, opt_in: bool = False) -> Callable[[C], C]:
    """Mark the check function of a rule file."""

    def mark(check: C) -> C:
        check.__dict__["rule"] = (code, name, opt_in)
        return check

    return mark


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule, by code. The manual page is the docstring of the rule's module."""
    from safeguards.scan import rules

    found: list[Rule] = []
    for item in pkgutil.iter_modules(rules.__path__):
        module = importlib.import_module(f"{rules.__name__}.{item.name}")
        check: Check | None = getattr(module, "check", None)
        if check is not None and "rule" in check.__dict__:
            code, name, opt_in = check.__dict__["rule"]
        else:
            code, name, opt_in, check = module.CODE, module.NAME, False, None
        found.append(Rule(code, name, (module.__doc__ or "").strip(), check, opt_in))
    return tuple(sorted(found, key=lambda r: r.code))


def find(word: str) -> Rule | None:
    """The rule of this code or name, in any case, or None."""
    wanted = word.strip().lower()
    return next((r for r in all_rules() if wanted in {r.code.lower(), r.name}), None)


def relationship_fault(
    found: Relationship,
    message: str,
    *,
    severity: Severity = "error",
    help_text: str = "",
    related: tuple[Related, ...] = (),
    fix: Intent | None = None,
) -> Fault:
    """A fault at a relationship."""
    model, key = found.mapper.name, found.key
    return Fault(found.place, message, severity, model, key, help_text, related, fix)


def mapper_fault(
    mapper: Mapper,
    message: str,
    *,
    help_text: str = "",
    related: tuple[Related, ...] = (),
) -> Fault:
    """A fault at a class statement; an error."""
    return Fault(mapper.place, message, "error", mapper.name, None, help_text, related)
