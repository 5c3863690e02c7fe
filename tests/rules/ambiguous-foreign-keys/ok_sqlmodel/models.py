"""foreign_keys passed through sa_relationship_kwargs."""

from typing import Optional

from sqlmodel import Field, Relationship, SQLModel


class Address(SQLModel, table=True):
    id: Optional[int] = Field(default=None, primary_key=True)
    street: str


class Invoice(SQLModel, table=True):
    id: Optional[int] = Field(default=None, primary_key=True)
    billing_id: int = Field(foreign_key="address.id")
    shipping_id: Optional[int] = Field(default=None, foreign_key="address.id")
    billing: Address = Relationship(sa_relationship_kwargs={"foreign_keys": "[Invoice.billing_id]"})
    shipping: Optional[Address] = Relationship(
        sa_relationship_kwargs=dict(foreign_keys="Invoice.shipping_id")
    )
