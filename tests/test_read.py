"""How texts are read: verbatim, under ids that last, and with one clear line for what cannot be."""

from __future__ import annotations

import gzip
import io
import json
import os
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.model import Document, Source, SourceError
from kg.read import read_bytes, read_sources, read_text

TEXT = "La nuova citycar è elettrica. Costa 20.000 €."
FRONT = "---\ntitle: Il debutto\noutlet: Prova\npublished: 2025-03-01\nurl: https://example.org/a\n---\n"


def write(folder: Path, files: dict[str, str | bytes]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)


def ids(*paths: Path) -> list[str]:
    return [document.source.id for document in read_sources(paths)]


def one(data: bytes, name: str = "x.txt") -> Document:
    (document,) = read_bytes(data, name)
    return document


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(SourceError) as caught:
        act()
    message = str(caught.value)
    assert "\n" not in message
    return message


# ------------------------------------------------------------------ files, folders, ids


def test_folder(tmp_path: Path) -> None:
    """A folder gives its texts, below it too, in sorted order; hidden and other files are passed over."""
    write(tmp_path, {"b.md": TEXT, "a/c.TXT": TEXT, "README.md": TEXT, "z.jsonl": '{"text": "Uno."}'})
    write(tmp_path, {".d.txt": TEXT, ".git/e.txt": TEXT, "f.csv": TEXT, "g.txt/h.txt": TEXT})
    assert ids(tmp_path) == ["readme", "c", "b", "h", "z-1"]


def test_files_in_the_order_given(tmp_path: Path) -> None:
    """Files named one by one keep their order, may bear any name, and are read once."""
    write(tmp_path, {"b.txt": TEXT, "a.txt": TEXT, ".c": TEXT})
    assert ids(tmp_path / "b.txt", tmp_path / "a.txt", tmp_path / ".c", tmp_path) == ["b", "a", "c"]


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Xpeng Europa.txt", "xpeng-europa"),
        ("L'età dell’oro.md", "l-eta-dell-oro"),
        ("2025_03_01 -- Dazi!.txt", "2025-03-01-dazi"),
        ("news", "news"),
        ("Škoda.v2.txt", "skoda-v2"),
    ],
)
def test_slug(name: str, slug: str) -> None:
    """The id is the name of the file in small ASCII letters, digits and hyphens."""
    assert one(b"Uno.", name).source.id == slug


def test_slug_of_other_scripts() -> None:
    """A name without Latin letters gets an id of its own, the same each time."""
    first, second = (one(b"Uno.", f"{name}.txt").source.id for name in ("小鹏", "比亚迪"))
    assert first != second
    assert first == one(b"Due.", "小鹏.txt").source.id


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (["a/news.txt", "b/news.txt", "other.txt"], ["a-news", "b-news", "other"]),
        (["a/x/news.txt", "b/x/news.txt"], ["a-x-news", "b-x-news"]),
        (["a/x/news.txt", "a/y/news.md"], ["x-news", "y-news"]),
        (["a/news.txt", "a/news.md"], ["news-txt", "news-md"]),
        (["a/news.txt", "a/news.md", "b/news.txt"], ["a-news-txt", "a-news-md", "b-news"]),
        (["a/News.txt", "b/news.txt"], ["a-news", "b-news"]),
    ],
)
def test_namesakes(tmp_path: Path, files: list[str], expected: list[str]) -> None:
    """Files called alike are told apart by their folders, then by their kind, in whatever order they come."""
    write(tmp_path, dict.fromkeys(files, TEXT))
    for order in permutations(files):
        found = dict(zip(order, ids(*(tmp_path / name for name in order)), strict=True))
        assert [found[name] for name in files] == expected
    assert sorted(ids(tmp_path)) == sorted(expected)


def test_same_id_twice(tmp_path: Path) -> None:
    """Two texts that claim one id are refused, and both are named."""
    write(tmp_path, {"a.txt": f"---\nid: uno\n---\n{TEXT}", "b.txt": f"---\nid: uno\n---\n{TEXT}"})
    message = refusal(lambda: ids(tmp_path))
    assert message.startswith(f"{tmp_path / 'b.txt'}: has the id uno of {tmp_path / 'a.txt'};")


def test_links(tmp_path: Path) -> None:
    """Links that lead in a circle end, and a text that is reached twice is read once."""
    write(tmp_path, {"a/x.txt": TEXT})
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "b").symlink_to(tmp_path / "a")
    (tmp_path / "y.txt").symlink_to(tmp_path / "a" / "x.txt")
    assert len(ids(tmp_path)) == 1
    assert ids(tmp_path, tmp_path / "b") == ids(tmp_path / "b", tmp_path)


# ------------------------------------------------------------------------ verbatim


def test_verbatim_with_crlf_and_front_matter() -> None:
    """The text is the file, front matter and newlines as they are; the body begins below."""
    raw = (FRONT + TEXT).replace("\n", "\r\n")
    document = one(raw.encode())
    assert document.text == raw
    assert document.text[document.body :] == TEXT
    at = raw.index("20.000 €")
    assert document.text[at : at + 8] == "20.000 €"


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_text_is_never_edited(text: str) -> None:
    """Any text is kept to the character, but for a byte order mark, or it is refused."""
    try:
        document = read_text(text, name="x.txt")
    except SourceError:
        return
    assert document.text == text.removeprefix("\ufeff")
    assert document.text[document.body :].strip()


@given(st.binary())
def test_any_bytes(data: bytes) -> None:
    """Any bytes at all give a text or a refusal, and nothing else."""
    for name in ("x.txt", "x.jsonl"):
        try:
            assert all(isinstance(each, Document) for each in read_bytes(data, name))
        except SourceError as refused:
            assert str(refused).startswith(name)


@pytest.mark.parametrize(
    ("data", "notices"),
    [
        (TEXT.encode(), []),
        (b"\xef\xbb\xbf" + TEXT.encode(), []),
        (TEXT.encode("cp1252"), ["x.txt: not valid UTF-8, read as Windows-1252"]),
        (TEXT.encode("utf-16"), ["x.txt: read as UTF-16"]),
    ],
)
def test_decoding(data: bytes, notices: list[str]) -> None:
    """UTF-8 is read silently, what else is read is told; the byte order mark goes."""
    told: list[str] = []
    (document,) = read_bytes(data, "x.txt", notice=told.append)
    assert (document.text, told) == (TEXT, notices)


def test_large(tmp_path: Path) -> None:
    """A text of many megabytes is read like any other."""
    write(tmp_path, {"x.txt": "Il mercato è in calo.\n" * 500_000})
    (document,) = read_sources([tmp_path])
    assert len(document.text) == 11_000_000


# -------------------------------------------------------------------- front matter


def test_front_matter() -> None:
    """The front matter tells where the text comes from."""
    source = one((FRONT + TEXT).encode()).source
    assert source == Source("x", "Il debutto", "Prova", date(2025, 3, 1), "https://example.org/a", "it")


@pytest.mark.parametrize(
    ("lines", "source"),
    [
        ("id: dazi-2025", Source("dazi-2025")),
        ('title: "Panda: il ritorno"', Source("x", title="Panda: il ritorno")),
        ("title: Panda: il ritorno", Source("x", title="Panda: il ritorno")),
        ("title:\nlanguage: en", Source("x", language="en")),
        ("title: Prova\n\noutlet: Auto  ", Source("x", title="Prova", outlet="Auto")),
    ],
)
def test_front_matter_values(lines: str, source: Source) -> None:
    """A value may hold a colon, stand in quotation marks, or be left empty."""
    assert one(f"---\n{lines}\n---\n{TEXT}".encode()).source == source


@pytest.mark.parametrize(
    "text",
    [
        "---\nIl mercato cala.\n---\nE poi sale.",
        "---\n\ntitle: Prova\n---\n",
        "---\nRoma: il governo decide.",
        "---\n---\nIl mercato.",
        "----\ntitle: Prova\n---\n",
        "Il mercato.\n---\ntitle: Prova\n---\n",
    ],
)
def test_rule_is_no_front_matter(text: str) -> None:
    """A line of hyphens with no key below it is text."""
    document = read_text(text, name="x.md")
    assert (document.body, document.source) == (0, Source("x"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "---\ntitle: a\n" + "\n" * 60 + "---\nUno.",
            "x.txt:1: front matter does not end; add a line of --- within 50 lines",
        ),
        ("---\ntitle: a", "x.txt:1: front matter does not end; add a line of --- within 50 lines"),
        ("---\ntitle: a\nUno.\n", "x.txt:3: is not `key: value`; end the front matter with a line of ---"),
        (
            "---\nautore: a\n---\nUno.",
            "x.txt:2: unknown key 'autore'; use id, language, outlet, published, title, url",
        ),
        (
            "---\nTitle: a\n---\nUno.",
            "x.txt:2: unknown key 'Title'; use id, language, outlet, published, title, url",
        ),
        ("---\ntitle: a\r\ntitle: b\n---\nUno.", "x.txt:3: title stands here a second time; keep one"),
        (
            "---\npublished: 1 marzo 2025\n---\nUno.",
            "x.txt:2: published '1 marzo 2025' cannot be used; write a date as YYYY-MM-DD",
        ),
        (
            "---\npublished: 2025-02-30\n---\nUno.",
            "x.txt:2: published '2025-02-30' cannot be used; write a date as YYYY-MM-DD",
        ),
        (
            "---\npublished: 20250301\n---\nUno.",
            "x.txt:2: published '20250301' cannot be used; write a date as YYYY-MM-DD",
        ),
        (
            "---\nurl: www.example.org\n---\nUno.",
            "x.txt:2: url 'www.example.org' cannot be used; write a whole address, https://...",
        ),
        (
            "---\nid: due parole\n---\nUno.",
            "x.txt:2: id 'due parole' cannot be used; write letters, digits and . _ - between them",
        ),
        (
            "---\nlanguage: Italiano!\n---\nUno.",
            "x.txt:2: language 'Italiano!' cannot be used; write a language tag such as it",
        ),
        ("---\ntitle: a\n---\n \n", "x.txt: is empty; put a text in it or leave it out"),
    ],
)
def test_broken_front_matter(text: str, message: str) -> None:
    """A broken front matter is refused at its line."""
    assert refusal(lambda: read_text(text, name="x.txt")) == message


# ---------------------------------------------------------------------- JSON lines


def test_json_lines() -> None:
    """Each line is a text with what it says of itself; ids are made of the line where it gives none."""
    lines = [
        {
            "text": "Uno.",
            "title": "T",
            "outlet": "O",
            "published": "2025-03-01",
            "url": "https://example.org",
        },
        None,
        {"text": "---\ntitle: a\n---\nDue.", "id": "due", "title": None, "language": "en"},
        {"text": " Tre.\r\n", "id": 3},
    ]
    data = "\r\n".join(json.dumps(line) if line else "" for line in lines).encode()
    first, second, third = read_bytes(b"\xef\xbb\xbf" + data, "Feed.jsonl")
    assert first == Document(Source("feed-1", "T", "O", date(2025, 3, 1), "https://example.org"), "Uno.")
    assert second == Document(Source("due", language="en"), "---\ntitle: a\n---\nDue.")
    assert third == Document(Source("3"), " Tre.\r\n")


def test_json_lines_stream(tmp_path: Path) -> None:
    """Lines are read as they are asked for: a fault further down does not keep back what stands above."""
    write(tmp_path, {"x.jsonl": '{"text": "Uno."}\n{"text": "Due."}\nno\n'})
    documents: Iterator[Document] = read_sources([tmp_path / "x.jsonl"])
    assert [next(documents).text, next(documents).text] == ["Uno.", "Due."]
    assert refusal(lambda: next(documents)).startswith(f"{tmp_path / 'x.jsonl'}:3: is not JSON")


def test_json_lines_with_other_keys() -> None:
    """A key that is not read is told of once."""
    told: list[str] = []
    data = b'{"text": "Uno.", "tags": [], "author": "A"}\n{"text": "Due.", "tags": []}'
    assert len(list(read_bytes(data, "x.jsonl", notice=told.append))) == 2
    assert told == [
        "x.jsonl:1: the key 'author' is not read, here and below",
        "x.jsonl:1: the key 'tags' is not read, here and below",
    ]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"Uno.", "is not JSON (Expecting value, column 1); write one object a line"),
        (b'["Uno."]', 'is not a JSON object; write {"text": "..."}'),
        (b'{"title": "a"}', 'has no "text"; give it one or leave out the line'),
        (b'{"text": 1}', 'has no "text"; give it one or leave out the line'),
        (b'{"text": " "}', 'has no "text"; give it one or leave out the line'),
        (b'{"text": "a", "title": 1}', 'title is not a string; put it in "quotes"'),
        (b'{"text": "a", "id": true}', 'id is not a string; put it in "quotes"'),
        (
            b'{"text": "a", "published": "2025"}',
            "published '2025' cannot be used; write a date as YYYY-MM-DD",
        ),
        (b'{"text": "\xe8"}', "is not UTF-8, as JSON must be; convert the file to UTF-8"),
        (rb'{"text": "a\ud83d"}', "holds half a character at offset 1; repair the text"),
        (b"[" * 100_000, "is JSON out of all bounds; write one plain object a line"),
        (b'{"text": ' + b"1" * 5000 + b"}", "is JSON out of all bounds; write one plain object a line"),
        (
            b'{"text": "Due.", "id": "x-1"}',
            "has the id x-1 of x.jsonl:1; rename one or give it an id",
        ),
    ],
)
def test_broken_json_lines(line: bytes, message: str) -> None:
    """A broken line is refused by its number."""
    data = b'{"text": "Uno."}\n' + line
    assert refusal(lambda: list(read_bytes(data, "x.jsonl"))) == f"x.jsonl:2: {message}"


# -------------------------------------------------------------------- what is refused


def zipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", "x")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is empty; put a text in it or leave it out"),
        (b" \r\n\t", "is empty; put a text in it or leave it out"),
        (b"\xef\xbb\xbf", "is empty; put a text in it or leave it out"),
        (b"%PDF-1.7 Uno.", "is a PDF, not text; convert it to text first"),
        (zipped(), "is an office document or a ZIP archive, not text; convert it to text first"),
        (gzip.compress(b"Uno.", mtime=0), "is a gzip archive, not text; convert it to text first"),
        (b"\x89PNG\r\n\x1a\n", "is a PNG image, not text; convert it to text first"),
        (b"\xff\xd8\xff\xe0", "is a JPEG image, not text; convert it to text first"),
        (b"{\\rtf1 Uno.}", "is an RTF document, not text; convert it to text first"),
        (b"\n<!DOCTYPE html><p>Uno.", "is a web page, not text; convert it to text first"),
        (b"Uno.\0Due.", "is binary, not text; convert it to text first"),
        (b"Uno.\x01\x02\x03", "is binary, not text; convert it to text first"),
        (b"\xff\xfeU", "is damaged UTF-16; save it as UTF-8"),
        (b"\xff\xfeU\0\0\0", "holds a NUL character; convert it to text first"),
    ],
)
def test_not_a_text(data: bytes, message: str) -> None:
    """What is empty or no text is refused by its name."""
    assert refusal(lambda: one(data)) == f"x.txt: {message}"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("Così è.\nPerché ".encode() + b"citt\xe0?", "x.txt:2: is not UTF-8 like the rest; mend the line"),
        (b"Uno.\n\x81\n", "x.txt:2: is neither UTF-8 nor Windows-1252; save it as UTF-8"),
    ],
)
def test_damaged_text(data: bytes, message: str) -> None:
    """A text in no one encoding is refused at the line, and not read with wrong accents."""
    assert refusal(lambda: one(data)) == message


def test_half_a_character() -> None:
    """A string that could not be written again is refused."""
    message = refusal(lambda: read_text("Uno \ud800.", name="stdin"))
    assert message == "stdin: holds half a character at offset 4; repair the text"


def test_missing_path(tmp_path: Path) -> None:
    """A path that is not there is refused at once, before anything is read."""
    path = tmp_path / "no.txt"
    assert refusal(lambda: read_sources([path])) == f"{path}: does not exist; check the path"


def test_path_below_a_file(tmp_path: Path) -> None:
    """A path that the system does not let through is refused with its reason."""
    write(tmp_path, {"a.txt": TEXT})
    path = tmp_path / "a.txt" / "b.txt"
    assert refusal(lambda: read_sources([path])).startswith(f"{path}: cannot be read (Not a directory);")


def test_folder_without_texts(tmp_path: Path) -> None:
    """A folder that holds no text is refused."""
    write(tmp_path, {"a.pdf": "x", ".b.txt": "x"})
    assert refusal(lambda: read_sources([tmp_path])).startswith(
        f"{tmp_path}: holds no .jsonl, .md, .txt file;"
    )


def test_unreadable_file(tmp_path: Path) -> None:
    """A file that cannot be opened any more is refused, after those before it were read."""
    write(tmp_path, {"a.txt": TEXT, "b.txt": TEXT})
    documents = read_sources([tmp_path])
    (tmp_path / "b.txt").unlink()
    assert next(documents).source.id == "a"
    message = refusal(lambda: next(documents))
    assert message.startswith(f"{tmp_path / 'b.txt'}: cannot be read (No such file or directory);")


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is forbidden to this user"
)
def test_forbidden(tmp_path: Path) -> None:
    """A file or a folder that may not be read is refused."""
    write(tmp_path, {"a.txt": TEXT, "b/c.txt": TEXT})
    for path in (tmp_path / "a.txt", tmp_path / "b"):
        path.chmod(0)
        try:
            assert refusal(partial(ids, path)).startswith(f"{path}: cannot be read (Permission denied);")
        finally:
            path.chmod(0o700)
