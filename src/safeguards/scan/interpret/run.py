"""Statements in order: function bodies and loops, conditions decided where the text tells."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable

from safeguards.findings import Place
from safeguards.scan import facts as f
from safeguards.scan.interpret.binding import populate, set_apart
from safeguards.scan.interpret.calls import Calls
from safeguards.scan.interpret.displays import bind_item, elements, place_of
from safeguards.scan.interpret.reading import decided, is_main
from safeguards.scan.interpret.scopes import (
    MAX_WORK,
    Binding,
    Repeat,
    Scope,
)
from safeguards.scan.interpret.values import Ending, Literal, Unknown, Value, truth

MAX_ROUNDS = 500
"""Rounds that one loop is unrolled into; one with more is not told by the text."""

STATEMENT = 400
"""What running a statement counts for in the work for a file."""


class Runs(Calls):
    """Runs the statements of functions and loops."""

    @abstractmethod
    def binding(self, binding: Binding) -> Value:
        """The value of one binding, evaluated once."""

    def returned(self, body: tuple[f.Statement, ...], scope: Scope) -> Value:
        """What a function body returns; `Unknown` when several values are possible and differ."""
        ending = self._execute(body, scope)
        found = ending.returned
        if ending.through:
            found = [*found, Literal(None, Place(scope.module.path))]
        if not found:
            return Unknown("raises an exception")
        if all(_same(found[0], other) for other in found[1:]):
            return found[0]
        return Unknown("depends on a condition")

    def _execute(
        self, body: Iterable[f.Statement], scope: Scope, *, certain: bool = True
    ) -> Ending:
        found: list[Value] = []
        kept = len(scope.assignments)
        for node in body:
            if not _affordable(scope):
                return Ending([*found, Unknown("too much work")], through=False, jump="?")
            if isinstance(node, f.Return):
                if isinstance(node.value, f.Call):
                    scope.calls.append(f.Do(node.line, node.column, node.value))
                nothing = Literal(None, Place(scope.module.path))
                value = self.value(node.value, scope) if node.value else nothing
                return Ending([*found, value], through=False)
            if isinstance(node, f.Jump):
                return Ending(found, through=False, jump=node.kind)
            ending = self._step(node, scope, certain=certain)
            if ending is None:
                continue
            found += ending.returned
            if not ending.through:
                return Ending(found, through=False, jump=ending.jump)
            if certain and ending.jump:  # the rest of the body may not run
                certain, kept = False, len(scope.assignments)
        if not certain:
            set_apart(scope, kept)
        return Ending(found, through=True, jump="" if certain else "?")

    def _step(self, node: f.Statement, scope: Scope, *, certain: bool) -> Ending | None:
        """Run a statement; None when it just goes on."""
        if isinstance(node, f.Branch):
            return self._branch(node, scope, certain=certain)
        populate(scope, [node], certain=certain)
        if isinstance(node, f.Loop):
            repeat = scope.repeats[-1]
            self.unroll(repeat)
            return repeat.ending
        return None

    def _branch(self, node: f.Branch, scope: Scope, *, certain: bool) -> Ending:
        if is_main(node.test):
            return Ending([], through=True)
        test = decided(node.test, lambda _: None)
        if test is None and node.test is not None:
            test = truth(self.value(node.test, scope))
        if test is not None:
            return self._execute(node.body if test else node.orelse, scope, certain=certain)
        kept = len(scope.assignments)
        ways = [self._execute(arm, scope, certain=False) for arm in (node.body, node.orelse)]
        set_apart(scope, kept)
        found = [value for way in ways for value in way.returned]
        going_on = [way for way in ways if way.jump != "raise" or way.returned]
        if not any(way.through for way in ways):
            jumps = {way.jump for way in going_on} or {"raise"}
            return Ending(found, through=False, jump=jumps.pop() if len(jumps) == 1 else "?")
        leaves = any(not way.through or way.jump for way in going_on)
        return Ending(found, through=True, jump="?" if leaves else "")

    # loops

    def unroll(self, repeat: Repeat) -> list[Scope]:
        """The scopes of the rounds of a loop, in order; run once."""
        if repeat.rounds is None:
            repeat.rounds = []
            for binding in repeat.given.values():
                binding.busy = True
            try:
                self._run_rounds(repeat, repeat.rounds)
            finally:
                for binding in repeat.given.values():
                    binding.busy = False
            repeat.scope.blocks += repeat.rounds
        return repeat.rounds

    def _run_rounds(self, repeat: Repeat, rounds: list[Scope]) -> None:
        items = self._iterated(repeat)
        certain = items is not None
        found: list[Value] = []
        carried = {n: b.previous for n, b in repeat.given.items() if b.previous is not None}
        repeat.ending = Ending(found, through=True)
        for item in [Unknown("a loop over something unknown")] if items is None else items:
            inside = self._round(repeat, carried, item)
            rounds.append(inside)
            ending = self._execute(repeat.node.body, inside, certain=certain)
            self._carry(repeat, inside, carried)
            found += ending.returned
            if ending.jump == "?" or (not ending.through and not certain):
                certain, repeat.ending.jump = False, "?"
            elif not ending.through and ending.jump != "continue":
                repeat.ending.through = ending.jump == "break"
                repeat.ending.jump = ending.jump if ending.jump == "raise" else ""
                return
        if items is None and found:
            found[:] = [Unknown("returned from a loop")]

    def _round(self, repeat: Repeat, carried: dict[str, Binding], item: Value) -> Scope:
        scope = repeat.scope
        entry = Scope(scope.module, scope, "block", scope.path)
        entry.bindings = {name: [binding] for name, binding in carried.items()}
        inside = Scope(scope.module, entry, "block", scope.path)
        if repeat.node.target is not None:
            place = place_of(repeat.node.target, scope)
            bind_item(inside, repeat.node.target, item, place)
        return inside

    def _carry(self, repeat: Repeat, inside: Scope, carried: dict[str, Binding]) -> None:
        for name in repeat.given:
            if name in inside.bindings:
                last = carried[name] = inside.bindings[name][-1]
                if isinstance(last.node, f.Bind):
                    self.binding(last)

    def _iterated(self, repeat: Repeat) -> list[Value] | None:
        """What a loop goes over; None when the text does not tell, or when it is too long."""
        node = repeat.node
        if node.iterable is None or not _affordable(repeat.scope):
            return None
        found = self.value(node.iterable, repeat.scope)
        items = elements(found, place_of(node.iterable, repeat.scope))
        return items if items and len(items) <= MAX_ROUNDS else None

    def last_given(self, binding: Binding) -> Binding | None:
        """The binding that holds after the loop that gives it; others stand for themselves."""
        current: Binding | None = binding
        while current is not None and current.repeat is not None:
            given = current
            name = next(name for name, b in current.repeat.given.items() if b is given)
            rounds = reversed(self.unroll(current.repeat))
            inside = next((each for each in rounds if name in each.bindings), None)
            current = inside.bindings[name][-1] if inside is not None else current.previous
        return current


def _affordable(scope: Scope) -> bool:
    """Whether another statement may be run for the file that holds it."""
    scope.module.work += STATEMENT
    return scope.module.work <= MAX_WORK


def _same(left: Value, right: Value) -> bool:
    if isinstance(left, Literal) and isinstance(right, Literal):
        return left.value == right.value
    return left is right
