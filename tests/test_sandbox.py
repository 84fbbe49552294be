"""What runs in a process of its own can do no harm: it ends in time, and its end is told."""

from __future__ import annotations

import asyncio
import ctypes
import os
import signal
import socket
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from kg.keeper import BusyError, Workers
from kg.model import QueryError
from kg.sandbox import Limits, StoppedError, TimedOutError, apart, seal

MB = 1024 * 1024
LIMITS = Limits(seconds=1.5, memory=64 * MB)


def sleep() -> bytes:
    while True:
        time.sleep(1)


def spin() -> bytes:
    while True:
        pass


def overflow() -> bytes:
    ctypes.string_at(0)
    return b""


def hoard() -> bytes:
    return bytes(10_000 * MB)


def refuse() -> bytes:
    raise QueryError("no\nsuch thing")


def fail() -> bytes:
    raise ZeroDivisionError("by\nzero")


def vanish() -> bytes:
    os.kill(os.getpid(), signal.SIGKILL)
    return b""


def connect() -> bytes:
    seal()
    socket.create_connection(("127.0.0.1", 9))
    return b""


def read() -> bytes:
    seal()
    return Path("/etc/hostname").read_bytes()


ENDS: list[tuple[Callable[[], bytes], type[Exception], str]] = [
    (sleep, TimedOutError, r"stopped after 1.5 s without an answer"),
    (spin, TimedOutError, r"stopped after 1.5 s"),
    (overflow, StoppedError, r"it broke the engine or took more than 64 MB"),
    (hoard, StoppedError, r"not enough memory"),
    (vanish, StoppedError, r"it broke the engine"),
    (refuse, QueryError, r"^no such thing$"),
    (fail, StoppedError, r"this should not happen \(ZeroDivisionError: by zero\)"),
    (connect, StoppedError, r"Too many open files"),
    (read, StoppedError, r"Too many open files"),
]


@pytest.mark.parametrize(("work", "error", "message"), ENDS, ids=lambda value: getattr(value, "__name__", ""))
def test_every_end_is_told(work, error, message, capfd) -> None:
    """Out of time, out of memory, crashed or refused: one line, in time, and nothing beside it."""
    begun = time.monotonic()
    with pytest.raises(error, match=message):
        apart(work, LIMITS)
    assert time.monotonic() - begun < 6
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("size", [0, 1, 70_000, 20 * MB])
def test_an_answer_comes_whole(size: int) -> None:
    """Whatever its size."""
    assert apart(partial(bytes, size), LIMITS) == bytes(size)


def sealed() -> bytes:
    seal()
    return str(os.getpid()).encode()


def grow() -> bytes:
    held = bytearray(os.urandom(1)) * (50 * MB)
    return str(os.getpid()).encode() + bytes(len(held) * 0)


def work(job: bytes) -> bytes:
    """Do what the job says, by name."""
    return (
        {each.__name__: each for each in (*(end for end, *_ in ENDS), sealed, grow)}[job.decode()]()
        if job.isalpha()
        else job[::-1]
    )


def test_workers_live_on() -> None:
    """After every kind of end the next job is answered, and jobs at the same time keep their answers."""

    async def ask(workers: Workers) -> None:
        for each, error, message in ENDS:
            with pytest.raises(error, match=message):
                await workers.answer(each.__name__.encode())
            assert await workers.answer(b"0 1") == b"1 0"
        jobs = [f"{number:06} " * 1000 for number in range(20)]
        answers = await asyncio.gather(*(workers.answer(job.encode()) for job in jobs))
        assert [answer.decode()[::-1] for answer in answers] == jobs

    with Workers(lambda: work, LIMITS, count=3) as workers:
        asyncio.run(ask(workers))


def test_a_worker_goes_on() -> None:
    """A child that did well takes the next job, sealed or not; one that has failed does not."""

    async def pids(jobs: list[bytes]) -> list[bytes]:
        return [await workers.answer(job) for job in jobs]

    with Workers(lambda: work, LIMITS, count=1) as workers:
        assert len(set(asyncio.run(pids([b"sealed", b"grow", b"sealed"])))) == 1
        before = asyncio.run(pids([b"sealed"]))
        with pytest.raises(StoppedError):
            asyncio.run(pids([b"fail"]))
        assert asyncio.run(pids([b"sealed"])) != before


def test_who_finds_no_worker_is_told_so() -> None:
    """While all are busy a job waits, but not for ever."""

    async def ask() -> list[object]:
        slow = [workers.answer(b"sleep") for _ in range(2)]
        return await asyncio.gather(*slow, workers.answer(b"0"), return_exceptions=True)

    with Workers(lambda: work, Limits(seconds=0.5), count=1) as workers:
        found = asyncio.run(ask())
    assert [type(each) for each in found] == [TimedOutError, BusyError, BusyError]


@pytest.mark.parametrize(
    ("end", "message"),
    [(refuse, "no such thing"), (hoard, "not enough memory"), (overflow, "broke"), (vanish, "broke")],
)
def test_what_cannot_be_loaded_is_told(end, message) -> None:
    """The failure of the process that loads is one line too."""

    def load() -> Callable[[bytes], bytes]:
        end()
        return work

    with pytest.raises(QueryError, match=message):
        Workers(load, LIMITS, count=1)


def test_nothing_is_left_behind() -> None:
    """When the workers are closed, the children and their parent are gone, busy ones too."""

    async def ask() -> int:
        number = int(await workers.answer(b"0"))
        busy = asyncio.create_task(workers.answer(b"1"))
        await asyncio.sleep(0.2)
        busy.cancel()
        await asyncio.sleep(0.1)
        return number

    def pid(job: bytes) -> bytes:
        return str(os.getppid()).encode() if job == b"0" else sleep()

    workers = Workers(lambda: pid, Limits(seconds=60), count=2)
    keeper = asyncio.run(ask())
    begun = time.monotonic()
    workers.close()
    assert time.monotonic() - begun < 5
    with pytest.raises(ProcessLookupError):
        os.kill(keeper, 0)
