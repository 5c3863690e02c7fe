"""Regular expressions on text that somebody else wrote: with a deadline.

Python searches without ever letting go, so an expression such as `(a+)+$` can hang a whole process;
another process can be ended.
"""

from __future__ import annotations

import re
import sys

from safeguards.errors import UnreachableError
from safeguards.system.process import run

_REPEATS = frozenset("*+?{")
"""What an expression without any of these takes time for grows with the text alone."""

_SCRIPT = """
import re, sys
length, _, both = sys.stdin.buffer.read().partition(b"\\n")
pattern, text = both[:int(length)], both[int(length):]
decoded = [each.decode("utf-8", "surrogatepass") for each in (pattern, text)]
print(int(re.search(*decoded) is not None))
"""


def search(pattern: str, text: str, timeout: float) -> bool:
    """Whether the expression is found in the text.

    Raises `DeadlineError` when that cannot be told within `timeout` seconds.
    """
    if not _REPEATS & set(pattern):
        return re.search(pattern, text) is not None
    asked, searched = (each.encode("utf-8", "surrogatepass") for each in (pattern, text))
    argv = (sys.executable, "-I", "-S", "-W", "ignore", "-c", _SCRIPT)
    sent = b"%d\n%b%b" % (len(asked), asked, searched)
    done = run(argv, timeout=timeout, stdin=sent)
    if done.returncode != 0:
        raise UnreachableError(f"the search failed: {done.error_text.strip()[-200:]}")
    return done.stdout.strip() == b"1"
