"""One HTTP request from inside a container, by the Python that is there: for engines elsewhere."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping

from safeguards.errors import DeadlineError, RefusedError, UnreachableError
from safeguards.system.http import MAX_BODY, Answer
from safeguards.system.process import Completed

ASKED = "SAFEGUARDS_ASKED"
"""The variable with the request: headers may be secret, and arguments can be seen."""

SCRIPT = """
import base64, json, os, socket, time, urllib.error, urllib.request
from urllib.parse import urljoin, urlsplit
asked = json.loads(os.environ["SAFEGUARDS_ASKED"])
url, started, foreign = asked["url"], time.monotonic(), ""
class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), Stay)
def send(url):
    left = max(asked["timeout"] - (time.monotonic() - started), 0.001)
    request = urllib.request.Request(url, headers=asked["headers"], method=asked["method"])
    try:
        return opener.open(request, timeout=left)
    except urllib.error.HTTPError as error:
        return error
def ask(url):
    for _ in range(6):
        with send(url) as response:
            body, to = response.read(asked["most"] + 1), response.headers.get("location")
            if len(body) > asked["most"]:
                return {"refused": "the body does not end"}
            to = urljoin(url, to) if to and 300 <= response.status < 400 else ""
            if not to or urlsplit(to).netloc != urlsplit(url).netloc:
                parts = urlsplit(to)
                return {"status": response.status, "body": base64.b64encode(body).decode(),
                        "url": url, "foreign": parts.scheme + "://" + parts.netloc if to else ""}
            url = to
    return {"refused": "redirected too often"}
try:
    answer = ask(url)
except Exception as error:
    reason = getattr(error, "reason", error)
    late = isinstance(reason, (socket.timeout, TimeoutError))
    answer = {"late" if late else "failed": str(reason)}
print(json.dumps(answer))
"""


def asked(method: str, url: str, headers: Mapping[str, str], timeout: float) -> Mapping[str, str]:
    """The environment in which `SCRIPT` sends this request."""
    wanted = {"method": method, "url": url, "headers": dict(headers), "timeout": timeout}
    return {ASKED: json.dumps(wanted | {"most": MAX_BODY})}


def to_answer(done: Completed, timeout: float) -> Answer:
    """What `SCRIPT` printed, as `Http.fetch` would have returned or raised it."""
    try:
        said = json.loads(done.text.strip().rpartition("\n")[2])
    except ValueError:
        raise UnreachableError(
            "nothing can be asked inside the container: it has no python3",
            context=(("it printed", done.error_text.strip()[-500:]),),
        ) from None
    if "late" in said:
        raise DeadlineError(f"no answer within {timeout:g} s")
    if "refused" in said:
        raise RefusedError(said["refused"])
    if "failed" in said:
        raise UnreachableError(f"the connection failed: {said['failed']}")
    body = base64.b64decode(said["body"])
    return Answer(said["status"], body, said["url"], done.duration_ms, said["foreign"])
