"""Read news texts, verbatim: plain text and Markdown with an optional front matter, and JSON lines.

A text is decoded and never edited, so that an offset into :attr:`Document.text` is an offset
into the source. What cannot be read faithfully is refused in one line that says what to do.

A front matter is `key: value` lines between two lines of `---` at the very top; a line of a
`.jsonl` file is an object with the same keys (:data:`KEYS`) and a `text`.
"""

from __future__ import annotations

import codecs
import hashlib
import io
import json
import os
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from kg.model import Document, Source, SourceError

if TYPE_CHECKING:
    import sqlite3

SUFFIXES = (".jsonl", ".md", ".txt")
KEYS = ("id", "language", "outlet", "published", "title", "url")
Notice = Callable[[str], None]

_FORMS = {
    "id": (
        re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"),
        "letters, digits and . _ - between them",
    ),
    "language": (re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*"), "a language tag such as it"),
    "published": (re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII), "a date as YYYY-MM-DD"),
    "url": (re.compile(r"https?://[^\s<>\"{}|\\^`]+"), "a whole address, https://..."),
}
_KEY_LINE = re.compile(rf"(?:[a-z][a-z_-]*|(?i:{'|'.join(KEYS)})):(?:\s|\Z)")
_LINE = re.compile(r"([^\r\n]*)(?:\r\n?|\n|\Z)")
_INK = re.compile(r"\S")
_FRONT_LINES = 50  # the closing line stands among them
_REMEMBERED = 50_000  # ids in memory
_SAMPLE = 65_536  # bytes searched for control characters
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f"))
_FOREIGN = (
    (re.compile(rb"%PDF-"), "a PDF"),
    (re.compile(rb"PK\x03\x04"), "an office document or a ZIP archive"),
    (re.compile(rb"\xd0\xcf\x11\xe0"), "an office document"),
    (re.compile(rb"\{\\rtf"), "an RTF document"),
    (re.compile(rb"\x89PNG"), "a PNG image"),
    (re.compile(rb"\xff\xd8\xff"), "a JPEG image"),
    (re.compile(rb"\x1f\x8b"), "a gzip archive"),
    (re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html)\b", re.IGNORECASE), "a web page"),
)


def _silent(_: str) -> None:
    pass


def read_sources(
    paths: Sequence[Path], *, stdin: BinaryIO | None = None, notice: Notice = _silent
) -> Iterator[Document]:
    """Read files, and folders with all below them, one document at a time; before them `stdin` if it is given.

    In a folder the files of :data:`SUFFIXES` count, in sorted order; hidden ones do not. A file
    that is met twice is read once. Ids come from the names of the files, led by names of folders
    where files are called alike, and do not depend on the order of `paths`. The paths are checked
    at the call, the texts as they are read: both raise `SourceError`. `notice` is told, in one
    line each, what was read otherwise than it might have been meant.
    """
    found = _found(paths)
    ids = _ids([at for at, _ in found])
    named = (each for at, file in found for each in _read_file(file, ids[at], notice))
    return _unique(named if stdin is None else chain(_piped(stdin, notice), named))


def number_of(paths: Sequence[Path]) -> int:
    """How many documents :func:`read_sources` will give, more or less: a file is one, or as many as its lines."""
    return sum(_lines(file) if file.suffix.lower() == ".jsonl" else 1 for _, file in _found(paths))


def _lines(file: Path) -> int:
    try:
        with file.open("rb") as stream:
            return sum(piece.count(b"\n") for piece in iter(lambda: stream.read(1 << 20), b""))
    except OSError as exc:
        raise _unreadable(file, exc) from exc


def read_bytes(data: bytes, name: str, *, notice: Notice = _silent) -> Iterator[Document]:
    """Read what a file called `name` would hold: JSON lines if it ends in `.jsonl`, else one text."""
    return _unique(_read(io.BytesIO(data), name, _slug(Path(name).stem), notice))


def _piped(stream: BinaryIO, notice: Notice) -> Iterator[tuple[str, Document]]:
    """Yield what comes through a pipe as it comes: JSON lines if its first sign is a brace, else one text."""
    head = list(_until_ink(stream))
    lines = bool(head) and head[-1].removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"{")
    yield from _read(chain(head, stream), "stdin.jsonl" if lines else "stdin", "stdin", notice)


def _until_ink(stream: BinaryIO) -> Iterator[bytes]:
    for line in stream:
        yield line
        if line.strip(codecs.BOM_UTF8 + b" \t\r\n"):
            return


def read_text(text: str, *, name: str) -> Document:
    """Read one text, with its front matter if it has one; `name` stands in errors and makes the id."""
    return _document(_writable(text, name), name, _slug(Path(name).stem))


# ------------------------------------------------------------------ files and ids


def _found(paths: Sequence[Path]) -> list[tuple[Path, Path]]:
    """Return each file once, where its folder really lies and as it was named."""
    found: dict[str, tuple[Path, Path]] = {}
    for path in paths:
        for file in _files(path):
            at = (Path(os.path.realpath(file.parent), file.name), file)
            real = os.path.realpath(file)
            found[real] = min(found.get(real, at), at)
    return list(found.values())


def _files(path: Path) -> list[Path]:
    """Return the file itself, or the files that a folder holds."""
    try:
        path.lstat()
        files = sorted(files_below(path)) if path.is_dir() else [path]
    except (FileNotFoundError, ValueError) as exc:
        raise SourceError(f"{path}: does not exist; check the path") from exc
    except OSError as exc:
        raise _unreadable(path, exc) from exc
    if not files:
        raise SourceError(f"{path}: holds no {', '.join(SUFFIXES)} file; name a folder that does")
    return files


def files_below(top: Path) -> Iterator[Path]:
    """Yield the files below a folder; a folder that links lead back to is walked once."""
    pending, seen = [top], set[str]()
    while pending:
        folder = pending.pop()
        real = os.path.realpath(folder)
        if real in seen:
            continue
        seen.add(real)
        for entry in sorted(folder.iterdir(), reverse=True):
            if entry.name.startswith("."):
                continue
            if entry.is_dir():
                pending.append(entry)
            elif entry.suffix.lower() in SUFFIXES:
                yield entry


def _ids(files: Iterable[Path]) -> dict[Path, str]:
    """Return an id for each file: its slug, with as many folders as tell all its namesakes apart."""
    namesakes: dict[str, list[Path]] = {}
    for file in files:
        namesakes.setdefault(_slug(file.stem), []).append(file)
    ids: dict[Path, str] = {}
    for slug, group in namesakes.items():
        if len(group) == 1:
            ids[group[0]] = slug
            continue
        deepest = max(len(file.parents) for file in group)
        told_apart = len({_led(file, deepest) for file in group})
        depth = next(d for d in range(deepest + 1) if len({_led(file, d) for file in group}) == told_apart)
        ids |= {file: _led(file, depth) for file in group}
        same = Counter(ids[file] for file in group)
        for file in group:
            if same[ids[file]] > 1 and file.suffix:
                ids[file] += f"-{_slug(file.suffix)}"
    return ids


def _led(file: Path, depth: int) -> str:
    """Return the slug of a file with up to `depth` of its folders before it."""
    folders = file.parent.parts[1:]
    return "-".join(map(_slug, (*folders[max(0, len(folders) - depth) :], file.stem)))


@cache
def _slug(name: str) -> str:
    """Return a name in small ASCII letters, digits and hyphens; a hash where no letter is left."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    same = unicodedata.normalize("NFC", name).encode(errors="surrogatepass")
    return re.sub(r"[^a-z0-9]+", "-", bare).strip("-") or f"text-{hashlib.sha256(same).hexdigest()[:8]}"


def _unique(found: Iterable[tuple[str, Document]]) -> Iterator[Document]:
    """Pass the documents on, and refuse an id that was there before."""
    places: dict[str, str] = {}
    older: sqlite3.Connection | None = None
    for place, document in found:
        same = document.source.id
        before = places.get(same) or (_older(older, same) if older else None)
        if before:
            raise SourceError(f"{place}: has the id {same} of {before}; rename one or give it an id")
        places[same] = place
        if len(places) >= _REMEMBERED:
            older = older or _shelf()
            older.executemany("INSERT INTO places VALUES (?, ?)", places.items())
            places = {}
        yield document


def _shelf() -> sqlite3.Connection:
    """Where the places of more ids go than one need hold: a file of SQLite's own, which it removes."""
    import sqlite3

    shelf = sqlite3.connect("", isolation_level=None)
    shelf.execute("PRAGMA journal_mode = OFF")
    shelf.execute("CREATE TABLE places (id TEXT PRIMARY KEY, place TEXT) WITHOUT ROWID")
    return shelf


def _older(shelf: sqlite3.Connection, same: str) -> str | None:
    row = shelf.execute("SELECT place FROM places WHERE id = ?", (same,)).fetchone()
    return row[0] if row else None


# ----------------------------------------------------------------------- contents


def _read_file(file: Path, slug: str, notice: Notice) -> Iterator[tuple[str, Document]]:
    try:
        with file.open("rb") as stream:
            yield from _read(stream, str(file), slug, notice)
    except OSError as exc:
        raise _unreadable(file, exc) from exc


def _unreadable(path: Path, exc: OSError) -> SourceError:
    where = exc.filename or path
    return SourceError(f"{where}: cannot be read ({exc.strerror}); check that it is there and yours to read")


def _read(lines: Iterable[bytes], name: str, slug: str, notice: Notice) -> Iterator[tuple[str, Document]]:
    """Yield each document with its place."""
    if not name.lower().endswith(".jsonl"):
        yield name, _document(_decode(b"".join(lines), name, notice), name, slug)
        return
    count, ignored = 0, set[str]()
    for number, line in enumerate(lines, start=1):
        if number == 1:
            _refuse_foreign(line, name)
        if not line.strip():
            continue
        place = f"{name}:{number}"
        record = _record(line.removeprefix(codecs.BOM_UTF8), place)
        for key in sorted(record.keys() - {"text", *KEYS} - ignored):
            ignored.add(key)
            notice(f"{place}: the key {key!r} is not read, here and below")
        yield place, _from_record(record, place, f"{slug}-{number}")
        count += 1
    if not count:
        raise _empty(name)


def _document(text: str, name: str, slug: str) -> Document:
    fields, body = _front_matter(text, name)
    if not _INK.search(text, body):
        raise _empty(name)
    return Document(_source(fields, slug), text, body)


def _empty(name: str) -> SourceError:
    return SourceError(f"{name}: is empty; put a text in it or leave it out")


def _front_matter(text: str, name: str) -> tuple[dict[str, str], int]:
    """Return what the front matter says and where the body begins; a rule of three hyphens is text."""
    fields: dict[str, str] = {}
    lines = islice(_LINE.finditer(text), _FRONT_LINES + 1)
    if next(lines)[1].rstrip() != "---":
        return fields, 0
    for number, line in enumerate(lines, start=2):
        content, place = line[1].strip(), f"{name}:{number}"
        if number == 2 and not _KEY_LINE.match(content):
            return fields, 0
        if content == "---":
            return fields, line.end()
        key, colon, value = (part.strip() for part in content.partition(":"))
        if not content:
            continue
        if not colon:
            raise SourceError(f"{place}: is not `key: value`; end the front matter with a line of ---")
        if key not in KEYS:
            raise SourceError(f"{place}: unknown key {key!r}; use {', '.join(KEYS)}")
        if key in fields:
            raise SourceError(f"{place}: {key} stands here a second time; keep one")
        if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
            value = value[1:-1].strip()
        fields[key] = _valid(key, value, place)
    raise SourceError(f"{name}:1: front matter does not end; add a line of --- within {_FRONT_LINES} lines")


def _record(line: bytes, place: str) -> dict[str, object]:
    """Return the object on a line of JSON."""
    try:
        record = json.loads(line.decode())
    except UnicodeDecodeError as exc:
        raise SourceError(f"{place}: is not UTF-8, as JSON must be; convert the file to UTF-8") from exc
    except json.JSONDecodeError as exc:
        raise SourceError(
            f"{place}: is not JSON ({exc.msg}, column {exc.colno}); write one object a line"
        ) from exc
    except (ValueError, RecursionError) as exc:
        raise SourceError(f"{place}: is JSON out of all bounds; write one plain object a line") from exc
    if not isinstance(record, dict):
        raise SourceError(f'{place}: is not a JSON object; write {{"text": "..."}}')
    return record


def _from_record(record: Mapping[str, object], place: str, slug: str) -> Document:
    text = record.get("text")
    if not isinstance(text, str) or not text.strip():
        raise SourceError(f'{place}: has no "text"; give it one or leave out the line')
    fields: dict[str, str] = {}
    for key in KEYS:
        value = record.get(key)
        if key == "id" and isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if not isinstance(value, str | None):
            raise SourceError(f'{place}: {key} is not a string; put it in "quotes"')
        fields[key] = _valid(key, _writable(value or "", place), place)
    return Document(_source(fields, slug), _writable(text, place))


def _valid(key: str, value: str, place: str) -> str:
    """Return the value of a key if it has the form it should."""
    form, wanted = _FORMS.get(key, (None, ""))
    good = not value or form is None or form.fullmatch(value) is not None
    if not good or (key == "published" and value and not _is_date(value)):
        raise SourceError(f"{place}: {key} {value!r} cannot be used; write {wanted}")
    return value


def _is_date(value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _source(fields: Mapping[str, str], slug: str) -> Source:
    """Return the source that valid fields tell of."""
    published = fields.get("published")
    return Source(
        id=fields.get("id") or slug,
        title=fields.get("title", ""),
        outlet=fields.get("outlet", ""),
        published=date.fromisoformat(published) if published else None,
        url=fields.get("url", ""),
        language=fields.get("language") or "it",
    )


# ----------------------------------------------------------------------- decoding


def _decode(data: bytes, name: str, notice: Notice) -> str:
    """Decode a text, newlines as they are: UTF-8, UTF-16 with its mark, or else Windows-1252."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            text = data.decode("utf-16")
        except UnicodeDecodeError as exc:
            raise SourceError(f"{name}: is damaged UTF-16; save it as UTF-8") from exc
        notice(f"{name}: read as UTF-16")
        return _writable(text, name)
    _refuse_foreign(data, name)
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        return data.decode()
    except UnicodeDecodeError as exc:
        line = data.count(b"\n", 0, exc.start) + 1
        good = sum(not c.isascii() for c in data.decode(errors="ignore"))
        bad = data.decode(errors="replace").count("\ufffd")
        if good > bad:  # a damaged UTF-8 text: as Windows-1252 all its accents would go wrong
            raise SourceError(f"{name}:{line}: is not UTF-8 like the rest; mend the line") from exc
        try:
            text = data.decode("cp1252")
        except UnicodeDecodeError:
            raise SourceError(f"{name}:{line}: is neither UTF-8 nor Windows-1252; save it as UTF-8") from exc
    notice(f"{name}: not valid UTF-8, read as Windows-1252")
    return text


def _refuse_foreign(data: bytes, name: str) -> None:
    """Raise for bytes that are no text, or a text in the clothes of another format."""
    sample = data[:_SAMPLE]
    what = next((what for magic, what in _FOREIGN if magic.match(sample)), "")
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    if not what and (b"\0" in data or controls > len(sample) * 0.02):
        what = "binary"
    if what:
        raise SourceError(f"{name}: is {what}, not text; convert it to text first")


def _writable(text: str, place: str) -> str:
    """Return a text that can be written again, less its byte order mark: no NUL and no half of a pair."""
    text = text.removeprefix("\ufeff")
    try:
        text.encode()
    except UnicodeEncodeError as exc:
        raise SourceError(f"{place}: holds half a character at offset {exc.start}; repair the text") from exc
    if "\0" in text:
        raise SourceError(f"{place}: holds a NUL character; convert it to text first")
    return text
