"""A server that speaks HTTP/2, by the library h2."""

from __future__ import annotations

import socket
import ssl
import threading

import h2.config
import h2.connection
import h2.events
from tests.integration.verify.servers import Behaviour


def speaking(behave_otherwise: Behaviour, asked: list[str]) -> Behaviour:
    """Answers 200 over HTTP/2, never to /hang, and resets /reset; others by `behave_otherwise`.

    `asked` gets the path of each request.
    """

    def behave(connection: socket.socket, over: threading.Event) -> None:
        assert isinstance(connection, ssl.SSLSocket)
        if connection.selected_alpn_protocol() != "h2":
            behave_otherwise(connection, over)
            return
        talk = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
        talk.initiate_connection()
        connection.sendall(talk.data_to_send())
        connection.settimeout(0.1)
        while not over.is_set():
            try:
                data = connection.recv(65536)
            except TimeoutError:
                continue
            if not data:
                return
            for event in talk.receive_data(data):
                if isinstance(event, h2.events.RequestReceived):
                    _answer(talk, event, asked)
            connection.sendall(talk.data_to_send())

    return behave


def _answer(
    talk: h2.connection.H2Connection, event: h2.events.RequestReceived, asked: list[str]
) -> None:
    assert event.headers is not None
    assert event.stream_id is not None
    path = dict(event.headers)[b":path"].decode()
    asked.append(path)
    if path == "/reset":
        talk.reset_stream(event.stream_id, error_code=7)
    elif path != "/hang":
        talk.send_headers(event.stream_id, [(":status", "200")])
        talk.send_data(event.stream_id, b"over h2", end_stream=True)
