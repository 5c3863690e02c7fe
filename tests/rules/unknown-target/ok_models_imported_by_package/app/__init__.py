"""A factory imports the models inside a function; they are modules of the project all the same."""

def create_app():
    from app import models, orders
    return models, orders
