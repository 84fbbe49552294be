"""Results written whole or not at all."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from kg.model import OutputError

_ELSEWHERE = "name another place with -o"


def check_places(paths: Iterable[Path]) -> None:
    """Refuse what can be seen beforehand to be no place for a file.

    Raises:
        OutputError: for a folder where a file should go, and for a file where a folder should be.
    """
    for path in paths:
        with _ours(path):
            if path.is_dir():
                raise OutputError(f"{path}: is a folder, a file was to go there; {_ELSEWHERE}")
            above = next((folder for folder in path.parents if folder.exists()), Path())
            if not above.is_dir():
                raise OutputError(f"{above}: is a file, a folder was to be there; {_ELSEWHERE}")


@contextmanager
def scratch(path: Path) -> Iterator[Path]:
    """A folder for what is needed on the way to a file, on the same disk; it goes with all that is in it.

    Raises:
        OutputError: when there is no place for one.
    """
    above = next((folder for folder in Path(os.path.realpath(path)).parents if folder.is_dir()), Path())
    folder = above / f".{secrets.token_hex(8)}.tmp"
    with _ours(path):
        folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def write_whole(files: Mapping[Path, str | bytes | Iterable[str]]) -> None:
    """Write all of the files or none of them, texts as UTF-8; missing folders are made.

    A text may come in pieces, which are asked for one after the other.

    Each is written in full beside its place, and they move there when all are safely on disk.
    Whatever happens before, an interruption included, leaves everything as it was.

    Raises:
        OutputError: when a place cannot be written, saying which and why.
    """
    check_places(files)
    drafts: dict[Path, Path] = {}
    made: list[Path] = []
    try:
        for path, content in files.items():
            with _ours(path):
                place = Path(os.path.realpath(path))  # a link stays one
                _make(place.parent, made)
                drafts[place] = place.with_name(f".{secrets.token_hex(8)}.tmp")
                _write(drafts[place], content)
                if place.exists():
                    shutil.copymode(place, drafts[place])
        with _uninterrupted():
            for place in list(drafts):
                with _ours(place):
                    drafts[place].replace(place)
                del drafts[place]
            made.clear()
    finally:
        for draft in drafts.values():
            draft.unlink(missing_ok=True)
        for folder in reversed(made):
            folder.rmdir()


@contextmanager
def _ours(path: Path) -> Iterator[None]:
    """Faults of the file system as our own."""
    try:
        yield
    except OSError as exc:
        raise OutputError(f"{path}: cannot be written ({exc.strerror}); {_ELSEWHERE}") from exc


def _make(folder: Path, made: list[Path]) -> None:
    """Make the folder and those above it; ``made`` remembers which are new."""
    for each in reversed([folder, *folder.parents]):
        if not each.exists():
            each.mkdir()
            made.append(each)


def _write(path: Path, content: str | bytes | Iterable[str]) -> None:
    with path.open("xb") as stream:
        if isinstance(content, bytes):
            stream.write(content)
        else:
            stream.writelines(
                piece.encode() for piece in ([content] if isinstance(content, str) else content)
            )
        stream.flush()
        os.fsync(stream.fileno())


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Hold Ctrl-C back until all is in place; only the main thread is ever interrupted by it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    held: list[int] = []

    def hold(signum: int, _: FrameType | None) -> None:
        held.append(signum)

    before = signal.signal(signal.SIGINT, hold)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if held:
        raise KeyboardInterrupt
