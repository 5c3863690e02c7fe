"""The table, one side and the other side live in three files."""

from .post import Post
from .tables import post_author
from .writer import Writer
