"""Parent and child in two files."""

from .person import Person
from .employee import Employee
