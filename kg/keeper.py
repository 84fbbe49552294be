"""Child processes of one that has loaded something once, each doing one job at a time.

A fork costs as much as what was loaded is great, so a child takes one job after another; one that
is late, fails or grows is replaced by a new one. While it works it is held by the limits of
:mod:`kg.sandbox`.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final, NoReturn, Self

from kg.model import QueryError
from kg.sandbox import (
    GRACE,
    Limits,
    StoppedError,
    broken_error,
    confined,
    content_of,
    hush,
    late_error,
    limit,
    mapped,
    reply_of,
    unseal,
)

#: Bytes of memory that a child may have gained and still go on, and jobs that it does at most.
_GROWTH: Final = 64 * 1024 * 1024
_JOBS: Final = 200
_NO_MORE: Final = 64  # how a child ends when nobody is there to give it work
_CAN_FORK: Final = hasattr(os, "fork") and hasattr(socket, "send_fds")


class BusyError(QueryError):
    """Work that found no free process before its deadline."""


class Workers:
    """Children of a process that has loaded something once; each answers one job at a time.

    They must be made while this process has no threads. ``load`` runs in the process that
    children are forked from, and gives what answers a job in them. ``count`` jobs at a time
    are answered, others wait. Raises :class:`~kg.model.QueryError` for what cannot be loaded
    within the limits, and where there is no fork.
    """

    def __init__(self, load: Callable[[], Callable[[bytes], bytes]], limits: Limits, *, count: int) -> None:
        if not _CAN_FORK:
            raise QueryError("this system has no fork, which the server needs; run it under Linux or macOS")
        self._limits = limits
        self._slots = asyncio.Semaphore(count)
        self._line, theirs = socket.socketpair()
        ours, ready = socket.socketpair()
        sys.stdout.flush()
        sys.stderr.flush()
        self._keeper = os.fork()
        if not self._keeper:
            for end in (self._line, ours):
                end.close()
            _keep(theirs, ready, load, limits, count)
        for end in (theirs, ready):
            end.close()
        try:
            with ours, ours.makefile("rb") as told:
                reply = told.read()
        except BaseException:  # Ctrl-C, for one
            os.kill(self._keeper, signal.SIGKILL)
            self.close()
            raise
        if reply != b"+":
            self.close()
            if reply:
                content_of(reply)
            raise broken_error(limits)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the children and the process that they come from."""
        self._line.close()
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self._keeper, 0)

    async def answer(self, job: bytes) -> bytes:
        """The answer to a job, whole.

        Raises:
            TimedOutError: when the child did not give it by its deadline.
            StoppedError: when the child broke down, or wanted too much memory.
            BusyError: when no child was free by the deadline.
        """
        try:
            async with asyncio.timeout(self._limits.seconds):
                await self._slots.acquire()
        except TimeoutError as exc:
            raise BusyError("too many questions at a time; ask again in a while") from exc
        try:
            return await self._exchange(job)
        finally:
            self._slots.release()

    async def _exchange(self, job: bytes) -> bytes:
        ours, theirs = socket.socketpair()
        begun = time.monotonic()  # the alarm is set when the child takes its end
        with theirs:
            try:
                socket.send_fds(self._line, [b"!"], [theirs.fileno()])
            except OSError as exc:
                ours.close()
                raise StoppedError(
                    "the process that holds the graph is gone; start the server again"
                ) from exc
        reader, writer = await asyncio.open_connection(sock=ours)
        reply = b""
        try:
            async with asyncio.timeout(self._limits.seconds + GRACE):
                writer.write(job)
                writer.write_eof()
                reply = await reader.read()
        except (TimeoutError, OSError):
            pass
        finally:
            writer.close()
        size = int.from_bytes(reply[:8])
        if len(reply) > 8 and len(reply) == 8 + size:
            return content_of(reply[8:])
        if time.monotonic() - begun >= self._limits.seconds:
            raise late_error(self._limits)
        raise broken_error(self._limits)


def _keep(
    line: socket.socket,
    ready: socket.socket,
    load: Callable[[], Callable[[bytes], bytes]],
    limits: Limits,
    count: int,
) -> NoReturn:
    """Load, say so, and see to it that ``count`` children wait for work until nobody gives any."""
    hush()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which then lets go of the line
    children: set[int] = set()
    ended = 0
    try:
        work = _loaded(load, limits, ready)
        if work is None:
            os._exit(0)
        gc.collect()
        gc.freeze()  # children write no mark on what they share
        ready.sendall(b"+")
        ready.close()
        while ended != _NO_MORE:
            while len(children) < count:
                children.add(_fork(line, work, limits))
            pid, status = os.wait()
            children.discard(pid)
            ended = os.waitstatus_to_exitcode(status)
    except BaseException:  # noqa: BLE001, S110 whatever happens, this copy of the server goes no further
        pass
    for pid in children:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    os._exit(0)


def _loaded(
    load: Callable[[], Callable[[bytes], bytes]], limits: Limits, ready: socket.socket
) -> Callable[[bytes], bytes] | None:
    """What ``load`` gives, with no more memory than an answer may take; None when the failure was told."""
    import resource

    before = resource.getrlimit(resource.RLIMIT_AS)
    ceiling = mapped() + limits.memory
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (ceiling, before[1]))
    loaded: list[Callable[[bytes], bytes]] = []

    def once() -> bytes:
        loaded.append(load())
        return b""

    reply = reply_of(once)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, before)
    if not loaded:
        ready.sendall(reply)
        return None
    return loaded[0]


def _fork(line: socket.socket, work: Callable[[bytes], bytes], limits: Limits) -> int:
    while True:
        try:
            pid = os.fork()
        except OSError:  # no memory or no process to be had now
            time.sleep(0.1)
            continue
        if pid:
            return pid
        try:
            confined(partial(_serve, line, work, limits))
        finally:  # no child goes on as another keeper
            os._exit(0)


def _serve(line: socket.socket, work: Callable[[bytes], bytes], limits: Limits) -> None:
    """Answer jobs as they come, until one goes wrong or it is time to make room."""
    import resource

    with contextlib.suppress(OSError):  # were memory to run out, let it be this one that goes
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
    ceiling, size = mapped() + limits.memory, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(_JOBS):
        _, held, *_ = socket.recv_fds(line, 1, 1)
        if not held:
            os._exit(_NO_MORE)
        limit(limits, ceiling)
        with socket.socket(fileno=held[0]) as asker:
            with asker.makefile("rb") as told:
                job = told.read()
            reply = reply_of(partial(work, job))
            with contextlib.suppress(OSError):  # nobody listens any more
                asker.sendall(len(reply).to_bytes(8))
                asker.sendall(reply)
        signal.setitimer(signal.ITIMER_REAL, 0)
        unseal()
        if reply[:1] == b"!" or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - size > _GROWTH // 1024:
            break
