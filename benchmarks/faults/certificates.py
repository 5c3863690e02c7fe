"""Certificates of an authority of our own: well, expired, soon over, of another host, foreign."""

from __future__ import annotations

import ssl
from datetime import datetime, timedelta, timezone
from pathlib import Path

from tests.support.shell import sh

SETTINGS = """\
[ca]
default_ca = own
[own]
new_certs_dir = {folder}
database = {folder}/index.txt
serial = {folder}/serial
default_md = sha256
policy = any
x509_extensions = server
copy_extensions = none
unique_subject = no
[any]
commonName = supplied
[server]
basicConstraints = critical,CA:false
authorityKeyIdentifier = keyid
subjectAltName = {names}
"""


class Authority:
    """Issues certificates below a folder; `certificate` is its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.certificate = folder / "authority.pem"
        self._key = folder / "authority-key.pem"
        self._make(self._key, self.certificate, "authority")

    def server(self, kind: str) -> ssl.SSLContext:
        """A server's TLS: `well`, `expired`, `soon` (over in two days), `other`, `foreign`."""
        key, certificate = self._folder / "key.pem", self._folder / "server.pem"
        if kind == "foreign":
            self._make(key, certificate, "localhost")
        else:
            self._issue(key, certificate, kind)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        return context

    def _issue(self, key: Path, certificate: Path, kind: str) -> None:
        first, last = {"expired": (-9, -2), "soon": (-300, 2)}.get(kind, (-2, 300))
        names = "DNS:elsewhere.example" if kind == "other" else "DNS:localhost,IP:127.0.0.1"
        (self._folder / "index.txt").write_text("")
        (self._folder / "serial").write_text("01\n")
        settings, request = self._folder / "ca.cnf", self._folder / "request.pem"
        settings.write_text(SETTINGS.format(folder=self._folder, names=names))
        subject = ("-subj", "/CN=localhost")
        sh("openssl", "req", "-newkey", "rsa:2048", "-nodes", *subject, "-keyout", key,
           "-out", request)  # fmt: skip
        sh("openssl", "ca", "-batch", "-notext", "-config", settings, "-keyfile", self._key,
           "-cert", self.certificate, "-in", request, "-out", certificate,
           "-startdate", _moment(first), "-enddate", _moment(last))  # fmt: skip

    def _make(self, key: Path, certificate: Path, name: str) -> None:
        sh("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30",
           "-subj", f"/CN={name}", "-addext", "keyUsage=critical,keyCertSign,digitalSignature",
           "-keyout", key, "-out", certificate)  # fmt: skip


def _moment(days: int) -> str:
    return (datetime.now(timezone.utc) + timedelta(days=days)).strftime("%Y%m%d%H%M%SZ")
