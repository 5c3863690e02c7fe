"""`python -m shop.mapped`: what SQLAlchemy itself says about the models."""

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import configure_mappers

import shop.models  # noqa: F401  what is to be configured

try:
    configure_mappers()
except SQLAlchemyError as error:
    raise SystemExit(f"{type(error).__name__}: {error}") from None
print("the mappers are configured")
