"""Work spread over processes, with its results in order."""

from __future__ import annotations

import os
import pickle
import signal
import sys
import traceback
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import suppress
from itertools import chain, islice
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, TypeVar

from kg.model import KgError

T = TypeVar("T")
R = TypeVar("R")

#: Items for each process that may be read ahead of the result that comes next.
_AHEAD = 4
#: Items that are worth more than one process.
_WORTH = 4
#: How processes begin. A fork shares what is loaded; elsewhere than on Linux it is not safe.
CONTEXT = get_context("fork") if sys.platform == "linux" else get_context("spawn")


def cores() -> int:
    """How many processes this machine lets run at a time."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def spread(
    work: Callable[[Iterator[T]], Iterator[R]], items: Iterable[T], jobs: int | None = None
) -> Generator[R, None, None]:
    """What ``work`` yields for the items, in their order.

    ``work`` takes items and yields one result for each, and at the end whatever else it has. It runs
    in each of ``jobs`` processes over the items that fall to it, or here when there is one job alone;
    without a number, here for a few items and else in a process a core. Items are asked for as they are needed. Nothing outlives the iterator: processes end with it.

    Raises:
        KgError: when a process is killed from outside. What ``work`` raises comes through as it is.
    """
    items = iter(items)
    if jobs is None:
        head = list(islice(items, _WORTH))
        jobs = cores() if len(head) == _WORTH else 1
        items = chain(head, items)
    if jobs == 1:
        yield from work(items)
        return
    crew: dict[Connection, BaseProcess] = {}
    try:
        for _ in range(jobs):
            _hire(crew, work)
        yield from _results(crew, items)
    finally:
        for process in crew.values():
            process.kill()
        for pipe, process in crew.items():
            process.join()
            pipe.close()


def _hire(crew: dict[Connection, BaseProcess], work: Callable[[Iterator[T]], Iterator[R]]) -> None:
    ours, theirs = CONTEXT.Pipe()
    process = CONTEXT.Process(target=_serve, args=(theirs, ours, work), daemon=True)
    crew[ours] = process
    process.start()
    theirs.close()


def _results(crew: dict[Connection, BaseProcess], items: Iterator[T]) -> Iterator[R]:
    idle, busy = deque(crew), dict[Connection, int]()
    done: dict[int, R] = {}
    given = told = 0
    more = True
    while True:
        while more and idle and given - told < _AHEAD * len(crew):
            try:
                item = next(items)
            except StopIteration:
                more = False
                break
            pipe = idle.popleft()
            _send(pipe, crew[pipe], (item,))
            busy[pipe] = given
            given += 1
        if told in done:
            yield done.pop(told)
            told += 1
            continue
        if not busy:
            break
        ready = set(wait(list(busy)))
        for pipe in [pipe for pipe in busy if pipe in ready]:
            done[busy.pop(pipe)] = _receive(pipe, crew[pipe])[0]
            idle.append(pipe)
    for pipe, process in crew.items():
        _send(pipe, process, None)
    for pipe, process in crew.items():
        while rest := _receive(pipe, process):
            yield rest[0]


def _send(pipe: Connection, process: BaseProcess, message: tuple[T] | None) -> None:
    try:
        pipe.send(message)
    except OSError as exc:
        raise _lost(process) from exc


def _receive(pipe: Connection, process: BaseProcess) -> Any:  # noqa: ANN401 - as it was sent
    try:
        fault, result = pipe.recv()
    except (EOFError, OSError) as exc:
        raise _lost(process) from exc
    if fault is not None:
        raise fault
    return result


def _lost(process: BaseProcess) -> KgError:
    process.join(1)
    code = process.exitcode or 0
    how = f"signal {-code}" if code < 0 else f"code {code}"
    return KgError(
        f"a reading process was ended from outside ({how}), for want of memory perhaps; "
        "try again with fewer --jobs"
    )


# ------------------------------------------------------------------- in the process


def _serve(pipe: Connection, theirs: Connection, work: Callable[[Iterator[T]], Iterator[R]]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all: the first process ends the others
    theirs.close()  # or nobody would ever learn that the other side is gone
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):  # it is gone
        try:
            for result in work(_received(pipe)):
                pipe.send((None, (result,)))
            pipe.send((None, None))
        except (EOFError, BrokenPipeError, ConnectionResetError):
            raise
        except Exception as exc:  # noqa: BLE001 - told where it can be shown
            pipe.send((_portable(exc), None))


def _received(pipe: Connection) -> Iterator[T]:
    while message := pipe.recv():
        yield message[0]


def _portable(exc: Exception) -> Exception:
    """The error as the other process can read it, with its place in this one for ``--debug``."""
    exc.add_note("".join(traceback.format_exception(exc)))
    try:
        pickle.loads(pickle.dumps(exc))  # noqa: S301 - our own
    except Exception:  # noqa: BLE001 - whatever keeps it from travelling
        return RuntimeError(f"{type(exc).__name__}: {exc}")
    return exc
