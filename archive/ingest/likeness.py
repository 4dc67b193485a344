"""Whether the archive has it already: the same file, the same address, nearly the same text."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Likeness:
    """Of a document of the archive, or of an earlier intake that is no document yet."""

    document_id: int | None
    why: str  # "file", "address" or "text"
    share: float  # of the words of the shorter text that both have in common; 1 of a file
    intake_id: int | None = None


def like(
    sha256: str,
    address: str,
    text_fingerprint: int | None,
    text: str,
    *,
    exclude: int | None = None,
) -> list[Likeness]:
    """The most alike first, one entry for each document. `exclude` is the number of the intake
    that is compared: of intakes without a document, only those before it are looked at."""
    raise NotImplementedError
