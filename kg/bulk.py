"""Many documents: in batches for processes that read them, each with its name on any fault."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from kg.model import Document, KgError
from kg.pipeline import Extraction, Reader

R = TypeVar("R")

_CHARACTERS = 50_000
_DOCUMENTS = 500


class Readers:
    """The reader of this process: a fork has its parent's, any other process makes its own from the same rules."""

    def __init__(self, rule_files: tuple[Path, ...] = ()) -> None:
        self._rule_files = rule_files
        self._reader: Reader | None = None

    def __call__(self) -> Reader:
        """The reader, ready to read.

        Raises:
            CurationError: with every fault of the data.
        """
        if self._reader is None:
            self._reader = Reader.load(rule_files=self._rule_files)
            _ = self._reader.gazetteer, self._reader.matcher  # compiled here, for all forks to share
        return self._reader

    def __reduce__(self) -> tuple[type[Readers], tuple[tuple[Path, ...]]]:
        return Readers, (self._rule_files,)


def batches(documents: Iterable[Document]) -> Iterator[list[Document]]:
    """The documents in lists that are worth sending to a process."""
    held: list[Document] = []
    characters = 0
    for each in documents:
        held.append(each)
        characters += len(each.text)
        if characters >= _CHARACTERS or len(held) >= _DOCUMENTS:
            yield held
            held, characters = [], 0
    if held:
        yield held


def read(reader: Reader, each: Document) -> Extraction:
    """What the reader finds in a document; a fault of the program names the document.

    Raises:
        KgError: instead of whatever the reading of this text breaks with.
    """
    try:
        return reader.read(each)
    except (KgError, MemoryError):
        raise
    except Exception as exc:
        fault = " ".join(f"{type(exc).__name__}: {exc}".split())
        raise KgError(
            f"{each.source.id}: this should not happen ({fault}); "
            "leave the document out, or run again with --debug and report it"
        ) from exc


def readings(
    readers: Readers, tell: Callable[[Extraction], R], batched: Iterable[list[Document]]
) -> Iterator[list[R]]:
    """What each document of each batch gives, as it is told: work for :func:`kg.workers.spread`."""
    reader = readers()
    for batch in batched:
        yield [tell(read(reader, each)) for each in batch]
