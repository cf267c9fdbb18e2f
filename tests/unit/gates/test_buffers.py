"""Memory that the kernel holds for sockets is counted."""

import os
import socket
from contextlib import ExitStack

import pytest

from toggle_core.gates.sandbox import buffers
from toggle_core.gates.sandbox.buffers import pair_bytes, socket_bytes

DEFAULT = 64 * 1024  # no kernel gives a socket less
GONE = 2**22 + 1  # more than the highest number of a process


def test_each_socket_counts_for_what_it_may_hold() -> None:
    with ExitStack() as stack:
        before = socket_bytes(os.getpid())
        for _ in range(200):
            for end in socket.socketpair():
                stack.enter_context(end)
        assert socket_bytes(os.getpid()) - before > 300 * DEFAULT


def test_what_tcp_holds_beyond_that_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buffers, "_LITTLE", -1)
    monkeypatch.setattr(buffers, "_default_bytes", lambda: 0)
    with socket.create_server(("127.0.0.1", 0)) as server:
        sender = socket.create_connection(server.getsockname())
        receiver, _ = server.accept()
        with sender, receiver:
            before = socket_bytes(os.getpid())
            sender.sendall(bytes(100_000))
            assert socket_bytes(os.getpid()) - before >= 90_000


def test_every_descriptor_counts_where_a_job_has_no_network_of_its_own() -> None:
    before = pair_bytes([os.getpid()])
    with ExitStack() as stack:
        for _ in range(20):
            for end in socket.socketpair():
                stack.enter_context(end)
        assert pair_bytes([os.getpid()]) - before >= 40 * DEFAULT


def test_process_that_is_gone_has_no_sockets() -> None:
    assert socket_bytes(GONE) == 0
    assert pair_bytes([GONE]) == 0
