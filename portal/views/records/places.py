from archive.models import Place

from . import reading
from .base import RecordPage


class PlacePage(RecordPage):
    """A place under all its names, with what is alleged to have happened there."""

    model = Place

    def get_context(self, record):
        return {
            "incidents": reading.first(reading.incidents().filter(places=record)),
            "documents": reading.first(reading.documents().filter(places=record)),
        }
