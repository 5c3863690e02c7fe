"""Wires the demo: a temporary folder, its processes, and the end of both whatever happens."""

from __future__ import annotations

from contextlib import ExitStack
from functools import partial
from pathlib import Path

import click

import safeguards.demo
from safeguards.demo.shop import Shop, Tools
from safeguards.demo.story import Scene, tell
from safeguards.demo.surroundings import surroundings
from safeguards.demo.transcript import encode, render
from safeguards.errors import SafeguardsError
from safeguards.system import environment, ports, process, processes
from safeguards.system.clock import SystemClock
from safeguards.system.interrupts import Interrupts
from safeguards.system.workshop import Workshop

PREFIX = "safeguards-demo-"


def play(*, keep: bool, as_json: bool, color: bool) -> None:
    """Tell the story as it happens; with `as_json` on stderr, and as JSON at the end.

    Raises `SafeguardsError` with the place of a log when it goes another way than told.
    """
    clock = SystemClock()
    started = clock.monotonic()
    with Interrupts() as interrupts, ExitStack() as closing:
        with interrupts.held():
            workshop = Workshop(PREFIX)
            closing.callback(_leave if keep else _remove, workshop)
        run = partial(process.run, starting=interrupts.held)
        tools = Tools(run, process.Background, ports.free_port, processes.end_all, interrupts.held)
        environ = surroundings(environment.variables(), str(workshop.folder))
        shop = Shop(tools, workshop, Path(safeguards.demo.__file__).parent / "app", environ)
        closing.callback(shop.close)
        closing.callback(interrupts.ignore)
        scene = Scene(shop, lambda line: click.echo(render(line, color=color), err=as_json))
        scene.text(f"In {workshop.folder}: a web process, a worker, SQLite.")
        passed = False
        try:
            tell(scene)
            passed = True
        except SafeguardsError as error:
            raise _with_log(error, scene) from error
        finally:
            took = round((clock.monotonic() - started) * 1000)
            if as_json:
                click.echo(encode(scene.steps, passed=passed, duration_ms=took), nl=False)
    click.echo(f"{len(scene.steps)} commands ended as told, in {took / 1000:.1f} s.", err=as_json)


def _with_log(error: SafeguardsError, scene: Scene) -> SafeguardsError:
    """The same error, pointing at a log of everything that was printed."""
    parts = [f"$ {s.command}\n{s.output}exit code {s.exit_code}\n" for s in scene.steps]
    parts += [f"--- {name}.log\n{text}" for name, text in scene.shop.logs().items()]
    folder = environment.state_folder(environment.variables()) / "demos"
    try:
        log = environment.write_log(folder, "demo", "\n".join([*parts, error.message, ""]))
    except OSError as refused:
        error.hint = error.hint or f"no log could be written: {refused}"
    else:
        error.context = (*error.context, ("log", str(log)))
        error.hint = error.hint or "look at the end of the log; it is what a report needs"
    return error


def _leave(workshop: Workshop) -> None:
    click.echo(f"kept: {workshop.folder}", err=True)


def _remove(workshop: Workshop) -> None:
    if not workshop.remove():
        click.echo(f"warning: {workshop.folder} could not be removed; please do", err=True)
