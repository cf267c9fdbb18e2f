"""Let servers of the standard library stop at once."""

import socketserver

_LOOK_EVERY = 0.02  # seconds; Python's own default is half a second


def let_servers_stop_at_once() -> None:
    """Shorten how long ``shutdown()`` waits in this process and its forks.

    ``serve_forever`` looks only every half second whether it is to stop. A suite that starts a
    server for each test would spend nearly all its time waiting for that.
    """
    socketserver.BaseServer.serve_forever.__defaults__ = (_LOOK_EVERY,)
