"""What is kept on disk is what would be made anew, and whatever is amiss with it is no harm."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kg.cache import FOLDER, kept
from kg.model import CurationError, Document, Source
from kg.pipeline import Reader

TEXT = Document(Source("a"), "La cinese Xpeng è partner di Volkswagen e ha un data center in Europa.")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of one's own to keep things in."""
    place = tmp_path / "cache"
    monkeypatch.setenv(FOLDER, str(place))
    return place


def test_a_thing_is_made_once(folder: Path) -> None:
    """From the same parts it comes from disk, from others it is made."""
    made: list[int] = []

    def make() -> list[str]:
        made.append(1)
        return ["thing"]

    assert kept([b"a", b"b"], make) == kept([b"a", b"b"], make) == ["thing"]
    assert len(made) == 1
    kept([b"ab"], make)
    assert len(made) == 2


@pytest.mark.parametrize("damage", [b"", b"\x80no pickle", b"cos\nnothing\n."])
def test_a_damaged_file_is_made_anew(folder: Path, damage: bytes) -> None:
    """A file cut short or overwritten is not believed, and is replaced."""
    kept([b"a"], lambda: 1)
    (path,) = folder.glob("*.pickle")
    path.write_bytes(damage)
    assert kept([b"a"], lambda: 2) == 2
    assert kept([b"a"], lambda: 3) == 2


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="NOT TESTED: files have no owner here")
def test_a_file_that_others_could_write_is_not_believed(folder: Path) -> None:
    """Who could change the file could run anything."""
    kept([b"a"], lambda: 1)
    (path,) = folder.glob("*.pickle")
    path.chmod(0o666)
    assert kept([b"a"], lambda: 2) == 2


def test_no_folder_is_no_harm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing can be kept, or nothing should be, all is made anew."""
    for place in (str(tmp_path / "file" / "below"), ""):
        (tmp_path / "file").write_text("")
        monkeypatch.setenv(FOLDER, place)
        assert kept([b"a"], lambda: 1) == 1
        assert kept([b"a"], lambda: 2) == 2
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_old_files_go(folder: Path) -> None:
    """The folder does not grow with every change of the data."""
    for number in range(9):
        kept([str(number).encode()], lambda: 1)
    assert len(list(folder.iterdir())) <= 5


def test_a_reader_from_disk_reads_the_same(folder: Path) -> None:
    """The second reader finds what the first one found."""
    first, second = (Reader.load().read(TEXT).found for _ in range(2))
    assert first == second != ()
    assert len(list(folder.iterdir())) == 1


def test_rules_of_one_s_own_are_part_of_the_key(folder: Path, tmp_path: Path) -> None:
    """A file that changes is read again; one with faults is never kept."""
    path = tmp_path / "own.toml"
    rule = '[[rule]]\nid = "own/a"\nrelation = "{}"\npattern = "{{subject:Organization}} <coccolare> {{object:Organization}}"\n'
    rule += 'yields = [["BYD coccola Tesla.", "BYD partnerOf Tesla | Asserted"]]\nsilent = ["BYD coccola i clienti."]\n'
    for relation in ("partnerOf", "supports"):
        path.write_text(rule.format(relation), encoding="utf-8")
        assert Reader.load(rule_files=[path]).rules[-1].relation == relation
    path.write_text(rule.format("loves"), encoding="utf-8")
    for _ in range(2):
        with pytest.raises(CurationError):
            Reader.load(rule_files=[path])
