"""Work in child processes with a deadline and a memory limit, whatever becomes of them.

A running query can neither be cancelled nor kept from bringing its process down: so it gets a
process to itself while it runs. :func:`apart` does one piece of work; :mod:`kg.keeper` does many,
with what was loaded once. The limits are the kernel's: an alarm that ends the child wherever it is,
a ceiling for its memory, and no new file or socket.
"""

from __future__ import annotations

import contextlib
import faulthandler
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

from kg.model import KgError, QueryError

_MB: Final = 1024 * 1024
#: Stack for work that recurses; of what is not used nothing but its place is taken.
_STACK: Final = 512 * _MB
#: Seconds that a process may take to die of its alarm before it is killed.
GRACE: Final = 2.0


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


# ------------------------------------------------------------------ inside the child


def seal() -> None:
    """Open no file and no connection until this work is done; those that are open stay so."""
    if sys.platform != "win32":
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (0, most))


def confined(work: Callable[[], None]) -> None:
    """Do the work on a deep stack, in a process that is quiet and ends by its alarm wherever it is."""
    hush()
    if sys.platform != "win32":
        import resource

        signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    threading.stack_size(_STACK)
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


def unseal() -> None:
    """Undo :func:`seal`, for the next work."""
    if sys.platform != "win32":
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def limit(limits: Limits, ceiling: int) -> None:
    """Set the alarm, and the ceiling for memory."""
    if sys.platform != "win32":
        import resource

        signal.setitimer(signal.ITIMER_REAL, limits.seconds)
        with contextlib.suppress(ValueError, OSError):  # macOS knows no limit for all memory
            resource.setrlimit(resource.RLIMIT_AS, (ceiling, resource.getrlimit(resource.RLIMIT_AS)[1]))


def hush() -> None:
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


def mapped() -> int:
    """Bytes of address space in use by this process."""
    with contextlib.suppress(OSError):
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * os.sysconf(
            "SC_PAGE_SIZE"
        )
    return 4096 * _MB


def reply_of(work: Callable[[], bytes]) -> bytes:
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


def content_of(reply: bytes) -> bytes:
    """What :func:`reply_of` was given, or the error that it caught, with its message in one line."""
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
        reply = ours.recv_bytes() if ours.poll(limits.seconds + GRACE) else None
    except (EOFError, OSError):
        child.join(GRACE)
        reply = None
    finally:
        late = child.is_alive()
        child.kill()
        child.join()
        ours.close()
    if reply is not None:
        return content_of(reply)
    if late or (sys.platform != "win32" and child.exitcode == -signal.SIGALRM):
        raise late_error(limits)
    raise broken_error(limits)


def _alone(answer: Connection, work: Callable[[], bytes], limits: Limits) -> None:
    def once() -> None:
        limit(limits, mapped() + limits.memory)
        answer.send_bytes(reply_of(work))

    confined(once)


def late_error(limits: Limits) -> TimedOutError:
    """What there is to say of work that its alarm has ended."""
    return TimedOutError(f"stopped after {limits.seconds:g} s without an answer; ask for less, or grant more")


def broken_error(limits: Limits) -> StoppedError:
    """What there is to say of work that ended in any other way."""
    return StoppedError(
        f"stopped: it broke the engine or took more than {limits.memory // _MB:,} MB; ask for less, or grant more"
    )
