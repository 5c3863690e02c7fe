"""Runs Alembic inside a new image, each of whose sessions first runs some statements.

Called as `python3 -c TEXT JSON ARGUMENT...`, for drivers that read no environment;
standard library and what the image has only, for Python 3.8 and newer. The arguments are Alembic's.
"""

from __future__ import annotations

import sys
from json import loads
from typing import Any, List


def begin(connection: Any, statements: List[str]) -> None:
    """Run the statements; a server that does not know one of them passes it over."""
    for statement in statements:
        cursor = connection.cursor()
        try:
            cursor.execute(statement)
            if cursor.description:
                cursor.fetchall()
            connection.commit()
        except Exception:  # noqa: BLE001  every driver has its own
            connection.rollback()
        finally:
            cursor.close()


def main() -> None:
    """Call Alembic; whatever engine the project makes, its sessions begin so."""
    from alembic.config import main as alembic
    from sqlalchemy import event
    from sqlalchemy.pool import Pool

    statements = loads(sys.argv[1])
    event.listen(Pool, "connect", lambda connection, _record: begin(connection, statements))
    alembic(argv=sys.argv[2:], prog="alembic")


if __name__ == "__main__":
    main()
