"""A package that re-exports its models."""

from shop.models import *
