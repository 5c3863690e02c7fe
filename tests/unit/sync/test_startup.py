from __future__ import annotations

import msgspec
import pytest

from safeguards.sync.startup import MARKER, SCRIPT, Startup, argument, read
from safeguards.system.process import Completed


def completed(stdout: str, stderr: str = "", code: int = 0) -> Completed:
    return Completed(("python3",), code, stdout.encode(), stderr.encode(), 1)


def test_the_command_has_everything_in_it() -> None:
    python, flag, text, request = argument("TEXT", ["a.b", "c", "a.b"], "alembic.ini", seconds=5)
    assert (python, flag, text) == ("python3", "-c", "TEXT")
    assert msgspec.json.decode(request) == {
        "modules": ["a.b", "c"],
        "ini": "alembic.ini",
        "seconds": 5.0,
    }


def test_the_script_and_the_reader_agree_on_the_marker() -> None:
    assert f'MARKER = "{MARKER}"' in SCRIPT.read_text()


def test_the_last_line_of_an_answer_counts() -> None:
    line = MARKER + '{"heads":["2"],"current":null,"mappers":3,"failed":null,"tried":[],"new":1}'
    found = read(completed(f"{MARKER}garbage\n{line}\nafter\n"))
    assert found == Startup(("2",), None, 3, None)
    assert found.starts


@pytest.mark.parametrize(
    "stdout", ["", "hello", f"{MARKER}", f'{MARKER}{{"heads": 3}}', f"x {MARKER}{{}}", "\udcff"]
)
def test_no_answer_is_a_failure_with_the_end_of_what_was_printed(stdout: str) -> None:
    done = Completed(
        ("x",), 127, stdout.encode("utf-8", "surrogateescape"), b"a\nsh: no python3\n", 1
    )
    found = read(done)
    assert not found.starts
    assert found.failed is not None
    assert found.failed.stage == "start"
    assert found.failed.message == "no answer, exit code 127: sh: no python3"
    assert "a\nsh: no python3" in found.failed.trace_tail


def test_a_failure_without_a_trace_gets_the_end_of_what_was_printed() -> None:
    failed = '{"stage":"import","type":"SystemExit","message":"x","trace_tail":""}'
    line = f'{MARKER}{{"heads":null,"current":null,"mappers":0,"failed":{failed}}}\n'
    found = read(completed(line, "Fatal Python error: Segmentation fault\n"))
    assert found.failed is not None
    assert "Segmentation fault" in found.failed.trace_tail
