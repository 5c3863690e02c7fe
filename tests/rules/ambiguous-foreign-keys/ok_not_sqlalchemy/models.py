"""A relationship() and a ForeignKey() that belong to somebody else."""

class ForeignKey:
    def __init__(self, target: str) -> None:
        self.target = target


class Base:
    pass


def relationship(target: str) -> str:
    return target


class User(Base):
    __tablename__ = "user"


class Message(Base):
    __tablename__ = "message"
    sender_id = ForeignKey("user.id")
    recipient_id = ForeignKey("user.id")
    sender = relationship("User")
