"""What the remote took, against what the journals say: one finished run for each, no other."""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.pushes.shop import BRANCHES

if TYPE_CHECKING:
    from tests.integration.push.kit import Clone

    from benchmarks.pushes.shop import Shop
    from safeguards.journal.records import Push, Run


class Update(NamedTuple):
    """A branch of the remote came to a commit."""

    branch: str
    commit: str


class Account(NamedTuple):
    """Counts by what they count, and one line for each violation."""

    counts: dict[str, int]
    violations: list[str]


def taken(shop: Shop) -> list[Update]:
    """Every update of a deploy branch that the remote has made, by its own reflog."""
    found = []
    for branch in BRANCHES:
        log = (shop.remote / "logs/refs/heads" / branch).read_text(errors="replace")
        # The first line is the branch as the shop was opened with it.
        found += [Update(branch, line.split()[1]) for line in log.splitlines()[1:]]
    return found


def account(shop: Shop, *, outside: Sequence[Update] = ()) -> Account:
    """Compare, once all is settled. `outside` are updates that were pushed without the hooks."""
    updates = [each for each in taken(shop) if each not in set(outside)]
    pushes = [push for clone in shop.clones for push in clone.pushes()]
    runs = [run for clone in shop.clones for run in clone.runs()]
    said = [*_of_updates(updates, pushes), *_of_pushes(updates, pushes), *_of_runs(pushes, runs)]
    for clone in shop.clones:
        said += left(clone)
    outcomes = Counter(push.outcome for push in pushes)
    counts = {
        "pushes that passed the gate": sum(push.gate != "fail" for push in pushes),
        "branches that the remote moved": len(updates),
        "accepted": outcomes["accepted"],
        "rejected": outcomes["rejected"],
        "unknown": outcomes["unknown"],
        "runs, finished": sum(run.finished_at is not None for run in runs),
        "violations": len(said),
    }
    return Account(counts, said)


def told(found: Account, seconds: float) -> int:
    """Print the account as a table, what is wrong to stderr; the exit code of a drill."""
    print("| what | how many |\n|---|---:|")
    for what, count in {**found.counts, "seconds": round(seconds)}.items():
        print(f"| {what} | {count} |")
    for line in found.violations:
        print(line, file=sys.stderr)
    return 1 if found.violations else 0


def _of_updates(updates: Sequence[Update], pushes: Sequence[Push]) -> list[str]:
    by = defaultdict(list)
    for push in pushes:
        for ref in push.refs if push.outcome == "accepted" else ():
            by[Update(ref.remote_ref.removeprefix("refs/heads/"), ref.local_oid)].append(push.id)
    said = [f"{each} taken twice" for each, times in Counter(updates).items() if times > 1]
    for update in updates:
        if not by[update]:
            said.append(f"{update}: taken, and no push is known as accepted: lost")
        if len(by[update]) > 1:
            said.append(f"{update}: taken once, and {by[update]} are known as accepted")
    return said


def _of_pushes(updates: Sequence[Update], pushes: Sequence[Push]) -> list[str]:
    known = set(updates)
    said = []
    for push in pushes:
        refs = [Update(r.remote_ref.removeprefix("refs/heads/"), r.local_oid) for r in push.refs]
        if push.outcome == "unknown":
            said.append(f"{push.id}: nobody knows how it ended")
        if push.outcome == "accepted" and not known & set(refs):
            said.append(f"{push.id}: known as accepted, and the remote never took it")
        if (push.run is not None) != (push.outcome == "accepted"):
            said.append(f"{push.id}: {push.outcome}, with the run {push.run}")
    return said


def _of_runs(pushes: Sequence[Push], runs: Sequence[Run]) -> list[str]:
    wanted = Counter(push.run for push in pushes if push.run is not None)
    had = Counter(run.id for run in runs)
    said = [f"run {name}: named by {wanted[name]} pushes, there {had[name]} times"
            for name in {*wanted, *had} if not wanted[name] == had[name] == 1]  # fmt: skip
    said += [f"run {run.id}: never finished" for run in runs if run.finished_at is None]
    commits = {push.run: {ref.local_oid for ref in push.refs} for push in pushes}
    said += [
        f"run {run.id}: of {run.commit}, which its push did not bring"
        for run in runs
        if run.commit not in commits.get(run.id, ())
    ]
    return said


def left(clone: Clone) -> list[str]:
    """What should not be there any more: records, locks that are held."""
    said = [f"{clone.top.name}: {name} is still pending" for name, _ in clone.spool.pending()]
    said += [f"{clone.top.name}: {name} is still claimed" for name, _ in clone.spool.claimed()]
    return [*said, *(f"{clone.top.name}: {name} is held" for name in clone.waiters())]


CALLS = 2
"""How often one run asks whether production runs: for its plan, and for its verdict."""


def asked_twice(shop: Shop) -> list[str]:
    """Runs that were done more than once: production was asked by two workers of one record."""
    lines = shop.calls.read_text().splitlines() if shop.calls.exists() else []
    words = (line.split() for line in lines)
    times = Counter(each[each.index("worker") + 1] for each in words if "worker" in each)
    return [
        f"run {name}: done {count // CALLS} times" for name, count in times.items() if count > CALLS
    ]
