"""What takes long to make and never changes, kept on disk by the hash of what it was made from.

To parse the curated tables takes longer than to read an article with them. What lies in the folder is
believed only if it is this user's own; whatever is amiss with it, the thing is made anew.
"""

from __future__ import annotations

import contextlib
import gc
import hashlib
import os
import pickle
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TypeVar

T = TypeVar("T")

#: A folder to keep things in, or empty for none.
FOLDER = "KG_CACHE"
_KEPT = 4  # things of older data that may stay


def kept(parts: Iterable[bytes], make: Callable[[], T]) -> T:
    """What ``make`` gives, from disk if it was made from these ``parts`` before.

    Only for values that pickle keeps as they are. Errors of ``make`` pass through, those of the disk do not.
    """
    place = folder()
    if place is None:
        return make()
    digest = hashlib.sha256(sys.version.encode())
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    path = place / f"{digest.hexdigest()[:32]}.pickle"
    with contextlib.suppress(Exception):  # a file cut short, or of another make: then it is made anew
        if _is_own(path):
            return _unpickled(path)
    made = make()
    with contextlib.suppress(OSError):
        _write(path, pickle.dumps(made, protocol=pickle.HIGHEST_PROTOCOL))
    return made


def folder() -> Path | None:
    """The folder to keep things in, None where nothing is to be kept."""
    told = os.environ.get(FOLDER)
    if told is not None:
        return Path(told) if told else None
    base = os.environ.get("XDG_CACHE_HOME")
    with contextlib.suppress(RuntimeError):  # nobody's home
        return (Path(base) if base else Path.home() / ".cache") / "kg"
    return None


def _is_own(path: Path) -> bool:
    """Whether nobody else could have written it."""
    for place in (path.parent, path):
        status = place.stat()
        if hasattr(os, "getuid") and (status.st_uid != os.getuid() or status.st_mode & 0o022):
            return False
    return True


def _unpickled(path: Path) -> T:  # type: ignore[type-var] # the hash says what it is
    collecting = gc.isenabled()
    gc.disable()  # a hundred thousand small objects that stay: half of the time goes into looking for garbage
    try:
        thing: T = pickle.loads(path.read_bytes())  # noqa: S301 - our own file, see _is_own
    finally:
        if collecting:
            gc.enable()
    return thing


def _write(path: Path, data: bytes) -> None:
    """Put the whole file in its place at once, and let old ones go."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(data)
    Path(file.name).replace(path)
    others = sorted(path.parent.glob("*.pickle"), key=lambda p: p.stat().st_mtime, reverse=True)
    for old in others[_KEPT:]:
        old.unlink(missing_ok=True)
