__all__ = ["order"]
