"""The rules of the history, found by walking `rules/`: one file each with its manual page."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable
from functools import cache
from typing import TypeVar

import msgspec

from safeguards.findings import Place, Related, Severity
from safeguards.migrations.history import Question


class Fault(msgspec.Struct, frozen=True):
    """What a rule saw; `check` adds the rule's code and name to make a finding."""

    place: Place
    message: str
    help: str = ""
    severity: Severity = "error"
    related: tuple[Related, ...] = ()


Check = Callable[[Question], Iterable[Fault]]
C = TypeVar("C", bound=Check)


class HistoryRule(msgspec.Struct, frozen=True):
    """A rule: fixed code and name, manual page, and the check."""

    code: str
    name: str
    manual: str
    check: Check
    opt_in: bool = False

    @property
    def summary(self) -> str:
        """The first sentence of the manual page, without its full stop."""
        return self.manual.partition("\n")[0].rstrip(".")


def rule(code: str, name: str) -> Callable[[C], C]:
    """Mark the check function of a rule file."""

    def mark(check: C) -> C:
        check.__dict__["rule"] = (code, name)
        return check

    return mark


@cache
def history_rules() -> tuple[HistoryRule, ...]:
    """Every rule, by code. The manual page is the docstring of the rule's module."""
    from safeguards.migrations import rules

    found: list[HistoryRule] = []
    for item in pkgutil.iter_modules(rules.__path__):
        module = importlib.import_module(f"{rules.__name__}.{item.name}")
        check: Check = module.check
        code, name = check.__dict__["rule"]
        found.append(HistoryRule(code, name, (module.__doc__ or "").strip(), check))
    return tuple(sorted(found, key=lambda each: each.code))
