"""Why a server gives no answer, in words that say what to do; and the certificate of one."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import msgspec

from safeguards.errors import DeadlineError, RefusedError, UnreachableError, UnsentError

if TYPE_CHECKING:
    import httpx

_CUT = ("disconnected", "closed connection", "Terminated", "StreamReset")
"""Words of httpx for a connection that was lost in the middle."""

_EXPIRED, _WRONG_NAME, _WRONG_ADDRESS = 10, 62, 64
"""X509_V_ERR_… of OpenSSL."""


class Certificate(msgspec.Struct, frozen=True):
    """From when until when a server's certificate is good, in seconds since 1970."""

    begins: float
    ends: float


def certificate_of(response: httpx.Response) -> Certificate | None:
    """The certificate behind an answer whose body was not yet read; None without TLS."""
    stream = response.extensions.get("network_stream")
    secured = stream.get_extra_info("ssl_object") if stream is not None else None
    found = secured.getpeercert() if secured is not None else None
    if not found:
        return None
    begins, ends = (ssl.cert_time_to_seconds(found[name]) for name in ("notBefore", "notAfter"))
    return Certificate(begins, ends)


@contextmanager
def explained(httpx: Any, timeout: float, at: str) -> Iterator[None]:
    """Turn every way in which httpx can fail into one of our errors."""
    try:
        yield
    except httpx.ConnectTimeout as error:
        if at:
            raise UnsentError(f"no connection to {at} in time") from error
        raise DeadlineError(f"no answer within {timeout:g} s") from error
    except httpx.TimeoutException as error:
        raise DeadlineError(f"no answer within {timeout:g} s") from error
    except httpx.ConnectError as error:
        raise _unconnected(error) from error
    except httpx.RemoteProtocolError as error:
        if any(word in str(error) for word in _CUT):
            raise UnreachableError(f"the answer was cut off or is not HTTP: {error}") from error
        raise RefusedError(f"the answer is not HTTP: {error}") from error
    except httpx.LocalProtocolError:
        # Its words quote the header, which may be a secret; so does its traceback.
        raise RefusedError("the request cannot be sent: a header is not legal in HTTP") from None
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        reason = str(error) or type(error).__name__
        raise UnreachableError(f"the connection failed: {reason}") from error


def _unconnected(error: Exception) -> UnreachableError:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return RefusedError(f"bad certificate: {cause.verify_message}", hint=_remedy(cause))
        if isinstance(cause, ssl.SSLEOFError | ConnectionResetError):
            return UnsentError("the server ended the connection before anything was sent")
        if isinstance(cause, ssl.SSLError):
            return RefusedError(f"TLS failed: {cause.reason or cause}")
        if isinstance(cause, ConnectionRefusedError):
            return UnsentError("connection refused: nobody listens there")
        if isinstance(cause, socket.gaierror):
            return UnsentError(
                f"the host has no address: {cause.strerror}",
                hint="if it is a container of this target, name it in containers",
            )
        cause = cause.__cause__ or cause.__context__
    return UnsentError(f"cannot connect: {error}")


def _remedy(error: ssl.SSLCertVerificationError) -> str:
    if error.verify_code == _EXPIRED:
        return "renew it, and have the server load the new one"
    if error.verify_code in {_WRONG_NAME, _WRONG_ADDRESS}:
        return "base-url has to be a name that the certificate is made out to"
    return "let the server send its whole chain, or trust its issuer by SSL_CERT_FILE"
