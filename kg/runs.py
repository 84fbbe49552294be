"""Records in order that need not fit into memory: sorted runs on disk, merged as they are read."""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator
from heapq import merge
from pathlib import Path
from secrets import token_hex
from typing import Any, Generic, TypeVar

from kg.model import OutputError

R = TypeVar("R", bound="str | tuple[Any, ...]")

#: Records that are held before they go to disk.
_HELD = 40_000
#: Records that are read from a run at once.
_BATCH = 64
#: Runs of one size that may lie on disk before they become one, and runs that may be open at a time.
_MERGED, _OPEN = 48, 120


class Runs(Generic[R]):
    """Records to be read in order, as often as one likes, once all are there.

    A record is a tuple of plain values. Few stay in memory, many go to files in ``folder``, which is
    the caller's to remove. Sent to another process, the records go by way of the disk.

    >>> numbers = Runs[tuple[int]](Path())
    >>> numbers.add((2,)), numbers.add((1,)), list(numbers)
    (None, None, [(1,), (2,)])
    """

    __slots__ = ("_folder", "_held", "_levels")

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: list[R] = []
        #: Files of about the size of what is held, of ``_MERGED`` such files, and so on.
        self._levels: list[list[Path]] = []

    def add(self, record: R) -> None:
        """Keep a record.

        Raises:
            OutputError: when the disk cannot hold it.
        """
        self._held.append(record)
        if len(self._held) >= _HELD:
            self._spill()

    def take(self, other: Runs[R]) -> None:
        """Keep all that the other runs hold, which then are ours."""
        for level, paths in enumerate(other._levels):
            self._level(level).extend(paths)
        for record in other._held:
            self.add(record)

    def __iter__(self) -> Iterator[R]:
        self._held.sort()
        if not self._levels:
            return iter(self._held)
        paths = [path for level in self._levels for path in level]
        while len(paths) > _OPEN:
            paths.append(self._merged([paths.pop(0) for _ in range(_MERGED)]))
        self._levels = [[], paths]
        return merge(*map(_read, paths), self._held)

    def __getstate__(self) -> tuple[Path, list[list[Path]]]:
        if self._held:
            self._spill()
        return self._folder, self._levels

    def __setstate__(self, state: tuple[Path, list[list[Path]]]) -> None:
        self._folder, self._levels = state
        self._held = []

    def _level(self, number: int) -> list[Path]:
        while len(self._levels) <= number:
            self._levels.append([])
        return self._levels[number]

    def _spill(self) -> None:
        self._held.sort()
        self._level(0).append(self._write(self._held))
        self._held = []
        for number, paths in enumerate(self._levels):
            if len(paths) >= _MERGED:
                self._level(number + 1).append(self._merged(paths))
                self._levels[number] = []

    def _merged(self, paths: list[Path]) -> Path:
        run = self._write(merge(*map(_read, paths)))
        for path in paths:
            path.unlink()
        return run

    def _write(self, records: Iterable[R]) -> Path:
        path = self._folder / token_hex(8)
        try:
            with path.open("xb") as stream:
                batch: list[R] = []
                for record in records:
                    batch.append(record)
                    if len(batch) == _BATCH:
                        pickle.dump(batch, stream, pickle.HIGHEST_PROTOCOL)
                        batch = []
                pickle.dump(batch, stream, pickle.HIGHEST_PROTOCOL)
        except OSError as exc:
            raise OutputError(
                f"{self._folder.parent}: cannot hold what is sorted on the way ({exc.strerror}); "
                "make room or name another place with -o"
            ) from exc
        return path


def _read(path: Path) -> Iterator[R]:
    with path.open("rb") as stream:
        while stream.peek(1):
            yield from pickle.load(stream)  # noqa: S301 - our own file
