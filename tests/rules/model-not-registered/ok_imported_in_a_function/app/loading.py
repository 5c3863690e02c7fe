def load():
    from app import (  # noqa: F401
        order,
    )
