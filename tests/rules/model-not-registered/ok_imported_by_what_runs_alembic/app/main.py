from alembic import command

from app.order import Order

MODELS = [Order]
command.upgrade(None, 'head')
