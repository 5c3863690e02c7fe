"""A command that cannot outlive its time inside a container, whatever becomes of us: pure.

Where a container cannot be restarted, as Swarm takes that for a failure, what is late has to be
ended from inside. The Python that the application runs on does that, and nothing else is needed.
"""

from __future__ import annotations

from collections.abc import Sequence

TIMED_OUT = 124

_SCRIPT = f"""\
import os, signal, subprocess, sys, time
try:
    # What loses its parent becomes a child of this process, so that it is found and ended.
    import ctypes
    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)
except (ImportError, OSError, AttributeError):
    pass
def children(of):
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open("/proc/" + pid + "/stat") as stat:
                state, parent = stat.read().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if int(parent) == of and state != "Z":
            found.append(int(pid))
    return found
def end(pid):
    for each in children(pid):
        end(each)
    try:
        os.kill(pid, signal.SIGKILL)
    except OSError:
        pass
try:
    child = subprocess.Popen(sys.argv[2:], start_new_session=True)
except OSError as error:
    print("cannot run " + sys.argv[2] + ": " + error.strerror, file=sys.stderr)
    sys.exit(127)
try:
    code = child.wait(float(sys.argv[1]))
except subprocess.TimeoutExpired:
    code = {TIMED_OUT}
finally:
    while children(os.getpid()):
        for each in children(os.getpid()):
            end(each)
        time.sleep(0.01)
sys.exit(128 - code if code < 0 else code)
"""


def bounded(argv: Sequence[str], seconds: float) -> tuple[str, ...]:
    """The command, ended after `seconds`; its code is `TIMED_OUT` then. All that it started ends
    with it, early or late.
    """
    return ("python3", "-c", _SCRIPT, f"{seconds:g}", *argv)
