"""Finding records by words. `matching` is the whole of it for now; a real index will replace what
is behind the name, so callers rely on nothing but its signature."""

from .plain import matching

__all__ = ["matching"]
