"""What holds for every test."""

from __future__ import annotations

import signal

# Who starts the tests in the background has them ignore Ctrl-C, and their children with them.
signal.signal(signal.SIGINT, signal.default_int_handler)
