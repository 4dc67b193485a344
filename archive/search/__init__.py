"""Finding records by words. `matching` and `exactly` are the whole of it for now; a real index will
replace what is behind the names, so callers rely on nothing but their signatures."""

from .plain import exactly, matching

__all__ = ["exactly", "matching"]
