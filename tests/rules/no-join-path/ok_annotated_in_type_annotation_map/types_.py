from typing import Annotated, Optional

from sqlalchemy import ForeignKey
from sqlalchemy.orm import mapped_column

intpk = Annotated[int, mapped_column(primary_key=True)]
user_fk = Annotated[int, "a note", mapped_column(ForeignKey("user.id"), index=True)]
maybe_user_fk = Annotated[Optional[int], mapped_column(ForeignKey("user.id"))]
