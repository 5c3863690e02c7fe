"""What goes wrong in this version; only the web process imports it, migrations do not."""

import importlib
import os
import socket

HOW = ""

if HOW == "does not start":
    importlib.import_module("of_what_is_not_there")


def in_production() -> bool:
    """Whether this is no trial: the port, or the address of the service, is ours."""
    address = os.environ.get("DRILL_ADDRESS")
    if not address:
        return os.environ["PORT"] == os.environ["DRILL_PORT"]
    return socket.gethostbyname(socket.gethostname()) == address


def begun() -> None:
    """The process serves from now on."""
    if HOW == "dies" and in_production():
        os._exit(3)


def asked() -> None:
    """Somebody asks."""
    if HOW == "answers 500" and in_production():
        raise RuntimeError("this version does not work")
