"""A server of the real thing, in a process of its own, for tests that ask it as others would."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]


@contextmanager
def serving(*arguments: object, cwd: Path = ROOT) -> Iterator[str]:
    """``kg serve`` with these arguments; its address, without the last stroke."""
    command = [sys.executable, "-m", "kg", "serve", "--port", "0", *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    with subprocess.Popen(
        command, cwd=cwd, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout
        assert server.stderr
        line = server.stdout.readline()
        told = re.search(r"at (http://\S+)/\n", line)
        if not told:
            server.kill()
            raise AssertionError(line + server.stderr.read())
        try:
            yield told[1]
        finally:
            assert server.poll() is None, server.stderr.read()
            server.terminate()
            server.wait(15)


def raw(address: str, request: bytes, *, wait: float = 20) -> bytes:
    """What a server answers to these very bytes, to the end."""
    host, _, port = address.removeprefix("http://").rpartition(":")
    with socket.create_connection((host.strip("[]"), int(port)), timeout=wait) as line:
        line.sendall(request)
        parts = []
        while part := line.recv(65_536):
            parts.append(part)
        return b"".join(parts)
