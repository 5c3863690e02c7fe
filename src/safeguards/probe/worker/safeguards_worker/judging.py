"""Every fault of the project: what is refused is set aside, and the rest asked again."""

from __future__ import annotations

import faulthandler
import importlib
import os
import sys
import time

from safeguards_worker.faults import fault, revive
from safeguards_worker.forks import in_fork
from safeguards_worker.mapped import accepted, configure
from safeguards_worker.texts import LATE, MOST_FAULTS, Facts, Tell, text_of
from safeguards_worker.watching import Watch, note_warnings

AMBIGUOUS = "AmbiguousForeignKeysError"
AGAIN = "is already defined for this MetaData"
"""What a module raises that is imported again because its first import failed."""


def attempt(request: Facts, aside: set[str], deadline: float, tell: Tell) -> Facts:
    """Import every module, then configure again and again until nothing more is refused."""
    told: list[Facts] = []
    watch = Watch(aside)
    errors: list[tuple[str, BaseException]] = []
    present = dict(sys.modules)
    for name in request["modules"]:
        tell("importing " + name)
        note_warnings(watch, told)
        try:
            importlib.import_module(name)
        except BaseException as error:  # noqa: BLE001  as above, sys.exit() too
            if not errors or AGAIN not in text_of(error):
                errors.append((name, error))
        for each, module in present.items():  # also where the project empties sys.modules
            sys.modules.setdefault(each, module)
    revive(error for _, error in errors)
    found = [fault("import", *each) for each in errors]
    faulthandler.cancel_dump_traceback_later()
    whole = not found

    def once(tell_too: Tell) -> Facts:
        tell_too("configuring the mappers")
        note_warnings(watch, told)
        error = configure(aside)
        if error is not None:
            return {"faults": [fault("configure", "", error)], "warnings": told, "accepted": []}
        return {"faults": [], "warnings": told, "accepted": accepted() if whole else []}

    answer: Facts = {"faults": [], "warnings": told, "accepted": []}
    while not any(each["aside"] for each in found if each["stage"] == "import"):
        answer = in_fork(once, deadline, LATE)
        for each in answer["faults"]:
            # Who needs what is set aside already cannot be judged, and is no fault of its own.
            # Where an import failed, a name or a key may only be missing because of that.
            sure = whole or each["stage"] != "configure" or AMBIGUOUS in each["kinds"]
            if sure and each["aside"][:1] not in [[name] for name in aside]:
                found.append(each)
        refused = {name for each in answer["faults"] for name in each["aside"]}
        if refused <= aside or len(found) >= MOST_FAULTS:
            break
        aside.update(refused)
    return dict(answer, faults=found)


def judge(request: Facts) -> Facts:
    """Every fault: what was refused during an import is set aside, and the import repeated."""
    deadline = time.monotonic() + request["timeout"]
    aside: set[str] = set()

    def work(tell: Tell) -> Facts:
        return attempt(request, aside, deadline, tell)

    found: list[Facts] = []
    said = os.pipe()
    while True:
        answer = in_fork(work, deadline, 2 * LATE, said)
        found += [each for each in answer["faults"] if each not in found]
        refused = {n for e in answer["faults"] if e["stage"] == "import" for n in e["aside"]}
        if refused <= aside or len(found) >= MOST_FAULTS:
            return dict(answer, faults=found)
        aside.update(refused)
