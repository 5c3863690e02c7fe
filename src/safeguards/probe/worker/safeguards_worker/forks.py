"""Work in a child process, whose end is always told."""

from __future__ import annotations

import contextlib
import faulthandler
import json
import os
import re
import select
import signal
import sys
import time
import traceback
import warnings
from typing import TYPE_CHECKING

from safeguards_worker.faults import death_of
from safeguards_worker.texts import MOST_TEXT, BugError, Facts, Tell

if TYPE_CHECKING:
    from collections.abc import Callable


def in_fork(
    work: Callable[[Tell], Facts],
    deadline: float,
    late: float,
    said: tuple[int, int] | None = None,
) -> Facts:
    """What `work` answers in a child process, or how the child died, at the deadline at latest."""
    flush()
    answers, answer_end = os.pipe()
    traces, trace_end = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # forking beside threads is what this is for
        child = os.fork()
    if not child:
        if said is not None:
            os.dup2(said[1], 1)
            os.dup2(said[1], 2)
        faulthandler.enable(trace_end)
        left = max(deadline - time.monotonic(), 0.01)
        faulthandler.dump_traceback_later(left, exit=True, file=trace_end)

        def write(value: object) -> None:
            data = json.dumps(value).encode() + b"\n"
            while data:
                data = data[os.write(answer_end, data) :]

        try:
            write(work(write))
        except BaseException:  # noqa: BLE001  a child must never run on as its parent
            write({"bug": traceback.format_exc()})
        flush()
        os._exit(70)
    os.close(answer_end)
    os.close(trace_end)
    read = {answers: b"", traces: b""}
    if said is not None:
        read[said[0]] = b""
    collect(read, answers, deadline + late)
    late_already = time.monotonic() >= deadline + late
    if late_already or has_answer(read[answers]):
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    collect(read, answers, time.monotonic())
    os.close(answers)
    os.close(traces)
    if has_answer(read[answers]):
        answer: Facts = json.loads(read[answers].splitlines()[-1])
        if "bug" in answer:
            raise BugError(answer["bug"])
    else:
        trace = read[traces].decode("utf-8", "replace")
        doing = [json.loads(line) for line in read[answers].splitlines()] or ["starting"]
        death = death_of(trace, status, doing[-1], hung=late_already or "Timeout (" in trace)
        answer = {"faults": [death], "warnings": [], "accepted": []}
    if said is not None:
        answer["said"] = read[said[0]].decode("utf-8", "replace")
    return answer


def flush() -> None:
    """Write out what was printed; the imported code may have closed or replaced the streams."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):
            stream.flush()


def collect(read: dict[int, bytes], answers: int, end: float) -> None:
    """Read until the answer is whole, the child closes its pipe, or the time is over."""
    waiting = set(read)
    while waiting:
        ready = select.select(list(waiting), [], [], max(0, end - time.monotonic()))[0]
        for pipe in ready:
            part = os.read(pipe, 65536)
            if not part:
                waiting.discard(pipe)
            read[pipe] = read[pipe] + part if pipe == answers else (read[pipe] + part)[-MOST_TEXT:]
        if time.monotonic() >= end or answers not in waiting or has_answer(read[answers]):
            return


def has_answer(written: bytes) -> bool:
    """Whether the last line is whole and an object; the lines before say what is being done."""
    return re.search(rb"^\{.*\n\Z", written, re.MULTILINE) is not None
