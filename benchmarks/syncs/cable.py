"""A socket between a sync and the engine, which can be cut: cable.py SOCKET ENGINE.

Killed, it takes all connections of the sync with it, and the engine knows nothing of it.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys

CHUNK = 65536


async def main(path: str, engine: str) -> None:
    """Hand through what comes, both ways, until killed."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            inward, outward = await asyncio.open_unix_connection(engine)
        except OSError:
            writer.close()
            return
        await asyncio.gather(_hand(reader, outward), _hand(inward, writer))
        for each in (writer, outward):
            each.close()

    server = await asyncio.start_unix_server(connected, path)
    async with server:
        await server.serve_forever()


async def _hand(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Each end closes its half alone: whoever feeds a command says so, and reads on."""
    with contextlib.suppress(OSError):
        while content := await reader.read(CHUNK):
            writer.write(content)
            await writer.drain()
    with contextlib.suppress(OSError):
        writer.write_eof()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
