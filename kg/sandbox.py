"""Work in child processes with a deadline and a memory limit, whatever becomes of them.

A running query can neither be cancelled nor kept from bringing its process down: so it gets a
process to itself while it runs. :func:`apart` does one piece of work; :class:`Workers` keeps a
process that has loaded something once, and children of it that take one job after another: one that
is late, fails or grows is replaced. The limits are the kernel's: an alarm that ends the child
wherever it is, a ceiling for its memory, and no new file or socket.
"""

from __future__ import annotations

import asyncio
import contextlib
import faulthandler
import gc
import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final, NoReturn, Self

from kg.model import KgError, QueryError

_MB: Final = 1024 * 1024
#: Stack for work that recurses; of what is not used nothing but its place is taken.
_STACK: Final = 512 * _MB
#: Memory that a child may have gained and still go on, and jobs that it does at most.
_GROWTH: Final = 64 * _MB
_JOBS: Final = 200
#: Seconds that a process may take to die of its alarm before it is killed.
_GRACE: Final = 2.0
_NO_MORE: Final = 64  # how a child ends when nobody is there to give it work
_CAN_FORK: Final = hasattr(os, "fork") and hasattr(socket, "send_fds")


@dataclass(frozen=True, slots=True)
class Limits:
    """What an answer may take.

    ``seconds`` of time; ``memory`` in bytes, beyond what was loaded before; ``rows``, or triples,
    and ``size`` in bytes of the answer itself.
    """

    seconds: float = 30
    memory: int = 2048 * _MB
    rows: int = 100_000
    size: int = 100 * _MB


class TimedOutError(QueryError):
    """Work that was not done by its deadline."""


class StoppedError(QueryError):
    """Work whose process broke down, or wanted more memory than it was granted."""


class BusyError(QueryError):
    """Work that found no free process before its deadline."""


# ----------------------------------------------------------------- inside the child


def seal() -> None:
    """Open no file and no connection until this work is done; those that are open stay so."""
    if sys.platform != "win32":
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (0, most))


def _confined(work: Callable[[], None]) -> None:
    """Do the work on a deep stack, in a process that is quiet and ends by its alarm wherever it is."""
    _hush()
    if sys.platform != "win32":
        import resource

        signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    threading.stack_size(_STACK)
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


def _unseal() -> None:
    if sys.platform != "win32":
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _limit(limits: Limits, ceiling: int) -> None:
    """Set the alarm, and the ceiling for memory."""
    if sys.platform != "win32":
        import resource

        signal.setitimer(signal.ITIMER_REAL, limits.seconds)
        with contextlib.suppress(ValueError, OSError):  # macOS knows no limit for all memory
            resource.setrlimit(resource.RLIMIT_AS, (ceiling, resource.getrlimit(resource.RLIMIT_AS)[1]))


def _hush() -> None:
    """Let nobody hear what an engine says when it dies: who waits for its answer tells it better.

    What this program itself has to say is still heard.
    """
    faulthandler.disable()
    sys.stderr.flush()
    ours = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)
    sys.stderr = os.fdopen(ours, "w", buffering=1, encoding="utf-8", errors="backslashreplace")


def _mapped() -> int:
    """Bytes of address space in use."""
    with contextlib.suppress(OSError):
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * os.sysconf(
            "SC_PAGE_SIZE"
        )
    return 4096 * _MB


def _reply_of(work: Callable[[], bytes]) -> bytes:
    """What the work gives, or its failure, told apart by the first byte."""
    try:
        return b"+" + work()
    except MemoryError:
        return b"!there was not enough memory for it; ask for less, or grant more"
    except KgError as exc:
        return b"-" + str(exc).encode(errors="backslashreplace")
    except BaseException as exc:  # noqa: BLE001 a panic of the engine is no Exception; it does no harm on the other side
        fault = f"!this should not happen ({type(exc).__name__}: {exc}); report it"
        return fault.encode(errors="backslashreplace")


def _content(reply: bytes) -> bytes:
    if reply[:1] == b"+":
        return reply[1:]
    kind = StoppedError if reply[:1] == b"!" else QueryError
    raise kind(" ".join(reply[1:].decode().split()))


# ---------------------------------------------------------------------- one at a time


def apart(work: Callable[[], bytes], limits: Limits) -> bytes:
    """What ``work`` returns, done in a process of its own.

    Where there is no fork ``work`` is pickled, and only the deadline holds. Raises
    :class:`TimedOutError` and :class:`StoppedError`, and :class:`~kg.model.QueryError` with
    the message of any :class:`~kg.model.KgError` that ``work`` raises.
    """
    if sys.platform == "win32":
        context = multiprocessing.get_context("spawn")
    else:
        context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_alone, args=(theirs, work, limits), daemon=True)
    child.start()
    theirs.close()
    try:
        # What comes is at once read to its end: a child that stalls half-way dies of its alarm.
        reply = ours.recv_bytes() if ours.poll(limits.seconds + _GRACE) else None
    except (EOFError, OSError):
        child.join(_GRACE)
        reply = None
    finally:
        late = child.is_alive()
        child.kill()
        child.join()
        ours.close()
    if reply is not None:
        return _content(reply)
    if late or (sys.platform != "win32" and child.exitcode == -signal.SIGALRM):
        raise _late(limits)
    raise _broken(limits)


def _alone(answer: Connection, work: Callable[[], bytes], limits: Limits) -> None:
    def once() -> None:
        _limit(limits, _mapped() + limits.memory)
        answer.send_bytes(_reply_of(work))

    _confined(once)


def _late(limits: Limits) -> TimedOutError:
    return TimedOutError(f"stopped after {limits.seconds:g} s without an answer; ask for less, or grant more")


def _broken(limits: Limits) -> StoppedError:
    return StoppedError(
        f"stopped: it broke the engine or took more than {limits.memory // _MB:,} MB; ask for less, or grant more"
    )


# ------------------------------------------------------------------- one after another


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
                _content(reply)
            raise _broken(limits)

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
            async with asyncio.timeout(self._limits.seconds + _GRACE):
                writer.write(job)
                writer.write_eof()
                reply = await reader.read()
        except (TimeoutError, OSError):
            pass
        finally:
            writer.close()
        size = int.from_bytes(reply[:8])
        if len(reply) > 8 and len(reply) == 8 + size:
            return _content(reply[8:])
        if time.monotonic() - begun >= self._limits.seconds:
            raise _late(self._limits)
        raise _broken(self._limits)


def _keep(
    line: socket.socket,
    ready: socket.socket,
    load: Callable[[], Callable[[bytes], bytes]],
    limits: Limits,
    count: int,
) -> NoReturn:
    """Load, say so, and see to it that ``count`` children wait for work until nobody gives any."""
    _hush()
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
    ceiling = _mapped() + limits.memory
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (ceiling, before[1]))
    loaded: list[Callable[[bytes], bytes]] = []

    def once() -> bytes:
        loaded.append(load())
        return b""

    reply = _reply_of(once)
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
            _confined(partial(_serve, line, work, limits))
        finally:  # no child goes on as another keeper
            os._exit(0)


def _serve(line: socket.socket, work: Callable[[bytes], bytes], limits: Limits) -> None:
    """Answer jobs as they come, until one goes wrong or it is time to make room."""
    import resource

    with contextlib.suppress(OSError):  # were memory to run out, let it be this one that goes
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
    ceiling, size = _mapped() + limits.memory, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(_JOBS):
        _, held, *_ = socket.recv_fds(line, 1, 1)
        if not held:
            os._exit(_NO_MORE)
        _limit(limits, ceiling)
        with socket.socket(fileno=held[0]) as asker:
            with asker.makefile("rb") as told:
                job = told.read()
            reply = _reply_of(partial(work, job))
            with contextlib.suppress(OSError):  # nobody listens any more
                asker.sendall(len(reply).to_bytes(8))
                asker.sendall(reply)
        signal.setitimer(signal.ITIMER_REAL, 0)
        _unseal()
        if reply[:1] == b"!" or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - size > _GROWTH // 1024:
            break
