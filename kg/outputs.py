"""Results written whole or not at all."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from kg.model import OutputError


def write_whole(files: Mapping[Path, str | bytes]) -> None:
    """Write all of the files or none of them, texts as UTF-8; missing folders are made.

    Each is written in full beside its place, and only when all are safely on disk do they move
    there. Whatever happens before, an interruption included, leaves what was there as it was.

    Raises:
        OutputError: when a place cannot be written, saying which and why.
    """
    drafts: dict[Path, Path] = {}
    made: list[Path] = []
    try:
        for path, content in files.items():
            place = _place(path, made)
            drafts[place] = place.with_name(f".{place.name}.{secrets.token_hex(4)}.tmp")
            _write(drafts[place], content.encode() if isinstance(content, str) else content)
            if place.exists():
                shutil.copymode(place, drafts[place])
        with _uninterrupted():
            for place in list(drafts):
                drafts[place].replace(place)
                del drafts[place]
            made.clear()
    except OSError as exc:
        where = exc.filename or next(iter(files))
        message = f"{where}: cannot be written ({exc.strerror}); name another place with -o"
        raise OutputError(message) from exc
    finally:
        for draft in drafts.values():
            draft.unlink(missing_ok=True)
        for folder in reversed(made):
            folder.rmdir()


def _place(path: Path, made: list[Path]) -> Path:
    """Where the file really goes: behind links, in a folder that is there now; ``made`` tells the new ones."""
    place = Path(os.path.realpath(path))
    if place.is_dir():
        raise OutputError(f"{path}: is a folder, a file was to go there; name another place with -o")
    for folder in reversed([place.parent, *place.parent.parents]):
        if folder.exists() and not folder.is_dir():
            raise OutputError(f"{folder}: is a file, a folder was to go there; name another place with -o")
        if not folder.exists():
            folder.mkdir()
            made.append(folder)
    return place


def _write(path: Path, content: bytes) -> None:
    with path.open("xb") as stream:
        stream.write(content)
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
