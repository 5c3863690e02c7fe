"""Certificates for servers on loopback: issued by an authority of our own, for any time."""

from __future__ import annotations

import ssl
import subprocess
from datetime import datetime, timedelta, timezone
from pathlib import Path

SETTINGS = """\
[ca]
default_ca = own
[own]
database = {folder}/index.txt
new_certs_dir = {folder}
rand_serial = yes
default_md = sha256
policy = any
copy_extensions = copy
x509_extensions = leaf
[leaf]
basicConstraints = CA:FALSE
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[any]
commonName = supplied
"""
KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
LOOPBACK = "DNS:localhost,IP:127.0.0.1"


class Authority:
    """Issues certificates in a folder of its own; `certificate` is what has to be trusted."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.certificate = folder / "ca.pem"
        self._key = folder / "ca.key"
        (folder / "ca.cnf").write_text(SETTINGS.format(folder=folder))
        (folder / "index.txt").touch()
        made = ("-x509", *KEY, "-days", "30", "-subj", "/CN=tests")
        made += ("-addext", "keyUsage=critical,keyCertSign,cRLSign")
        _openssl("req", *made, "-keyout", str(self._key), "-out", str(self.certificate))

    def issue(
        self, *, names: str = LOOPBACK, since: float = 1, days: float = 60
    ) -> tuple[Path, Path]:
        """A certificate, and its key, made out to `names`, from `since` days ago for `days` from
        now on."""
        number = len(list(self._folder.glob("*.csr")))
        key, asked, made = (self._folder / f"{number}.{kind}" for kind in ("key", "csr", "pem"))
        request = (
            "-new",
            *KEY,
            "-subj",
            f"/CN=server{number}",
            "-addext",
            f"subjectAltName={names}",
        )
        _openssl("req", *request, "-keyout", str(key), "-out", str(asked))
        signed = ("-batch", "-notext", "-config", str(self._folder / "ca.cnf"))
        signed += ("-cert", str(self.certificate), "-keyfile", str(self._key))
        times = ("-startdate", _moment(-since), "-enddate", _moment(days))
        _openssl("ca", *signed, *times, "-in", str(asked), "-out", str(made))
        return made, key

    def server(
        self, *protocols: str, names: str = LOOPBACK, since: float = 1, days: float = 60
    ) -> ssl.SSLContext:
        """A server's side of TLS with such a certificate, that offers these protocols."""
        certificate, key = self.issue(names=names, since=since, days=days)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        context.set_alpn_protocols(list(protocols) or ["http/1.1"])
        return context


def _moment(days: float) -> str:
    moment = datetime.now(timezone.utc) + timedelta(days=days)
    return moment.strftime("%Y%m%d%H%M%SZ")


def _openssl(*argv: str) -> None:
    subprocess.run(("openssl", *argv), check=True, capture_output=True, timeout=30)
