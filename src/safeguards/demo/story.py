"""The story that the demo tells: each command has the exit code that it must end with."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from safeguards.demo.shop import START
from safeguards.demo.transcript import Line, Step, failed_stages, silence
from safeguards.errors import InternalError

if TYPE_CHECKING:
    from safeguards.demo.shop import Shop
    from safeguards.system.process import Completed

VERIFY = "safeguards verify"
PUSH = "safeguards push --quiet origin main"
REVERT = "git revert --no-edit HEAD"
STOP = "python -m shop.control stop"
Show = Callable[["Completed"], str]


def everything(done: Completed) -> str:
    """All that a command printed."""
    return done.text + done.error_text


def the_failure(done: Completed) -> str:
    """Of a verify, the stages that are not well."""
    return failed_stages(done.text)


def the_steps(done: Completed) -> str:
    """Of a push, what the gate said, the steps that followed, why one failed, and the end."""
    lines = (done.error_text + done.text).splitlines()
    return "\n".join(line for line in lines if TOLD.match(line))


def the_conclusion(done: Completed) -> str:
    """Of what a command printed, the last line."""
    return (done.text.splitlines() or [""])[-1]


TOLD = re.compile(
    r"PUSH GATE |  [a-z-]+: (?:ok|fail)\b|\s*(?:ModuleNotFound|Key)Error: "
    r"| *the API did not answer for|PRODUCTION HEALTH CHECK"
)


class Breakage(msgspec.Struct, frozen=True):
    """One way to break production: what happens, which code tells it, how it is repaired."""

    title: str
    happen: Callable[[Scene], None]
    code: int
    repair: Callable[[Scene], None]


class Scene:
    """Runs the commands of the story in the shop and tells them; `steps` is what came of them."""

    def __init__(self, shop: Shop, tell: Callable[[Line], None]) -> None:
        self.shop = shop
        self.steps: list[Step] = []
        self._tell = tell
        self._chapter = ""

    def chapter(self, title: str) -> None:
        """Begin a chapter."""
        self._chapter = title
        self._tell(Line("text", ""))
        self._tell(Line("title", title))

    def text(self, text: str) -> None:
        """Say something."""
        self._tell(Line("text", text))

    def command(self, shown: str) -> None:
        """Show a command."""
        self._tell(Line("command", shown))

    def run(
        self,
        command: str,
        *,
        expect: int = 0,
        show: Show | None = None,
        by: Callable[[], Completed] | None = None,
    ) -> None:
        """Run and show a command; raises `InternalError` when it ends with another code.

        `by` runs it otherwise than typed in the shop's folder.
        """
        self.command(command)
        done = by() if by else self.shop.run(command)
        step = Step(
            self._chapter,
            command,
            expect,
            done.returncode,
            done.duration_ms,
            done.text + done.error_text,
        )
        self.steps.append(step)
        shown = everything(done)
        if step.as_told:
            shown = show(done) if show else ""
        for line in shown.rstrip().splitlines():
            self._tell(Line("output", line))
        if not step.as_told:
            self._tell(Line("deviation", f"exit code {done.returncode}, not {expect}"))
            raise InternalError(
                f"the demo went another way: `{command}` ended with {done.returncode},"
                f" not with {expect}"
            )
        if expect or show:
            self._tell(Line("verdict", f"exit code {expect}"))


def tell(scene: Scene) -> None:
    """The whole story. Raises `InternalError` where it goes another way than told."""
    production_runs(scene)
    a_commit_is_refused(scene)
    the_fix_goes_live(scene)
    one_does_not_start(scene)
    one_fails_after_the_replace(scene)
    for breakage in BREAKAGES:
        production_breaks(scene, breakage)
    codes = ", ".join(str(breakage.code) for breakage in BREAKAGES)
    scene.text("")
    scene.text("A commit was refused, a version never went live, and one was taken back; the")
    scene.text(f"breakages gave the exit codes {codes}.")


def production_runs(scene: Scene) -> None:
    """A repository with the hooks, and a production that is well."""
    scene.chapter("1. A shop runs, and its repository has the hooks")
    scene.shop.furnish()
    scene.run("git -c init.defaultBranch=main init --quiet --template=")
    scene.run("git init --quiet --bare --template= ../origin.git")
    scene.run("git remote add origin ../origin.git")
    scene.run("pre-commit install")
    scene.run("safeguards install")
    scene.run("git add --all")
    scene.run('git commit --quiet --message "Open the shop"')
    scene.run("alembic upgrade head")
    scene.run("python -m shop.seed")
    scene.run(START, by=scene.shop.open)
    scene.text(f"It answers at {scene.shop.url}.")
    scene.run(VERIFY, show=lambda done: done.text)
    scene.text("The first push: from now on production runs from what is pushed.")
    scene.run("git push --quiet origin main", show=the_steps)


def a_commit_is_refused(scene: Scene) -> None:
    """A second foreign key makes two relationships ambiguous; SQLAlchemy agrees."""
    scene.chapter("2. Somebody adds a second foreign key from orders to customers")
    scene.shop.change("ambiguous")
    scene.run("git add --all")
    scene.run('git commit --quiet --message "Let somebody else pay"', expect=1, show=everything)
    scene.text("What the first request would have met, had it been pushed:")
    scene.run("python -m shop.mapped", expect=1, show=everything)


def the_fix_goes_live(scene: Scene) -> None:
    """The relationships name their keys; the commit passes and is deployed."""
    scene.chapter("3. The relationships name their foreign key, and the commit goes live")
    scene.shop.change("fixed")
    scene.run("git add --all")
    scene.run('git commit --quiet --message "Let somebody else pay"', show=everything)
    scene.run("git push --quiet origin main", show=the_steps)
    scene.run(VERIFY, show=the_conclusion)


def one_does_not_start(scene: Scene) -> None:
    """What no scan of models sees is found before anything is replaced."""
    scene.chapter("4. A version is pushed that does not start")
    scene.shop.change("startless")
    scene.run('git commit --quiet --all --message "Show currencies by their symbols"')
    with scene.shop.watched() as asked:
        scene.run(PUSH, expect=12, show=the_steps)
        seconds = silence(asked())
    if seconds:
        raise InternalError(f"the demo went another way: production was silent for {seconds} s")
    scene.text("It replaced nothing: production was asked all the time, and always answered.")
    scene.run(REVERT)
    scene.run(PUSH, show=the_conclusion)


def one_fails_after_the_replace(scene: Scene) -> None:
    """What no trial sees is taken back."""
    scene.chapter("5. A version is pushed that fails only where it replaces the old one")
    scene.shop.change("workless")
    scene.run('git commit --quiet --all --message "Let the worker pause"')
    with scene.shop.watched() as asked:
        scene.run(PUSH, expect=15, show=the_steps)
        seconds = silence(asked())
    scene.text(f"The old version is back; production was silent for {seconds:.1f} s in all.")
    scene.run(VERIFY, show=the_conclusion)
    scene.run(REVERT)
    scene.run(PUSH, show=the_conclusion)


def production_breaks(scene: Scene, breakage: Breakage) -> None:
    """One breakage, alone, is told by its exit code, and is gone after the repair."""
    scene.chapter(breakage.title)
    breakage.happen(scene)
    scene.run(VERIFY, expect=breakage.code, show=the_failure)
    breakage.repair(scene)
    scene.run(VERIFY, show=the_conclusion)


def _worker_stops(scene: Scene) -> None:
    scene.run(f"{STOP} worker")


def _revision_arrives(scene: Scene) -> None:
    scene.shop.change("unapplied")
    scene.run("git add --all")
    scene.run('git commit --quiet --message "Find orders faster"')


def _setting_is_lost(scene: Scene) -> None:
    scene.run(f"{STOP} web")
    scene.run(f"env -u SHOP_CURRENCY {START} web")


def _web_restarts(scene: Scene) -> None:
    scene.run(f"{STOP} web")
    scene.run(f"{START} web")


BREAKAGES = (
    Breakage("6. A process stops", _worker_stops, 1, lambda scene: scene.run(f"{START} worker")),
    Breakage(
        "7. The code is there and its migration is not",
        _revision_arrives,
        2,
        lambda scene: scene.run(PUSH, show=the_conclusion),
    ),
    Breakage(
        "8. The API restarts without one of its settings",
        _setting_is_lost,
        3,
        _web_restarts,
    ),
    Breakage(
        "9. A clean-up deletes too much",
        lambda scene: scene.run("python -m shop.clean"),
        4,
        lambda scene: scene.run("python -m shop.seed"),
    ),
)
