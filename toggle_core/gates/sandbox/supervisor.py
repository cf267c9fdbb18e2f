"""Starts a job, watches what all its processes use together, and ends them all."""

import os
import selectors
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from typing import Any, Protocol

from toggle_core.gates.sandbox.backend import Backend, Prepared
from toggle_core.gates.sandbox.buffers import pair_bytes, socket_bytes
from toggle_core.gates.sandbox.channel import Inbox
from toggle_core.gates.sandbox.disk import holds_too_much
from toggle_core.gates.sandbox.job import End, Finished, Job
from toggle_core.gates.sandbox.limits import Limits
from toggle_core.gates.sandbox.process_group import Family, start_family
from toggle_core.gates.sandbox.processor import IdleMeter, ProcessorMeter
from toggle_core.gates.sandbox.stream import Stream
from toggle_core.gates.sandbox.tree import Process, process_tree, resident_bytes

_OURS = 6  # processes and threads around a job that are not its own
_DRAIN_EVERY = 0.05  # seconds
_LAST_WORDS = 10.0  # seconds to read what was written before the end


class Stop(Protocol):
    """What can end a job from outside, such as a ``threading.Event``."""

    def is_set(self) -> bool:
        """Whether the job has to end."""


def run_job(
    backend: Backend,
    job: Job,
    stop: Stop | None = None,
    on_rest: Callable[[Mapping[str, Any] | None], object] | None = None,
    on_start: Callable[[Sequence[int]], None] | None = None,
) -> Finished:
    """Run a job in a sandbox until it ends or a limit ends it.

    Args:
        backend: how to confine it.
        job: what to run.
        stop: ends the job when set, at most ``job.limits.look_seconds`` later.
        on_rest: called, more than once, while the job says that it hardly works any more, with
            what it has reported so far.
        on_start: called once limits and files are in place, with descriptors of the watched
            folders; they are closed when the job has ended.

    Returns:
        How it went. No process of the job is left.
    """
    begun = time.monotonic()
    ours, theirs = socket.socketpair()
    inbox = Inbox(ours, job.limits)
    with ours, theirs, closing(inbox), backend.prepare(job, theirs.fileno()) as prepared:
        with start_family(prepared) as family:
            theirs.close()
            watch = _Watch(family, prepared, job.limits, inbox, stop, on_rest, begun, on_start)
            end = watch.until_the_end()
        return watch.finished(end, family.process.returncode)


@dataclass
class _Watch:
    """One job under way."""

    family: Family
    prepared: Prepared
    limits: Limits
    inbox: Inbox
    stop: Stop | None
    on_rest: Callable[[Mapping[str, Any] | None], object] | None
    begun: float
    on_start: Callable[[Sequence[int]], None] | None
    output: Stream = field(init=False)
    errors: Stream = field(init=False)
    processor: ProcessorMeter = field(default_factory=ProcessorMeter)
    idle: IdleMeter = field(default_factory=IdleMeter)
    looked: float = field(init=False)

    def __post_init__(self) -> None:
        self.output = Stream(self.limits)
        self.errors = Stream(self.limits)
        self.looked = self.begun

    def until_the_end(self) -> End:
        """Read what the job says until it exits or has to be ended."""
        with selectors.DefaultSelector() as selector:
            exited = os.pidfd_open(self.family.process.pid)
            try:
                self._register(selector, exited)
                end = self._follow(selector, exited)
                self.family.end()
                self._drain(selector, exited)
            finally:
                os.close(exited)
        return End.OUTPUT if end is End.EXITED and self._flooded() else end

    def finished(self, end: End, exit_code: int | None) -> Finished:
        """Return how it went."""
        code = exit_code if end is End.EXITED else None
        if not self.inbox.started and end is not End.STOPPED:
            end = End.NOT_STARTED
        return Finished(
            end=end,
            exit_code=128 - code if code is not None and code < 0 else code,
            output=self.output.text(),
            errors=self.errors.text(),
            report=self.inbox.result,
            seconds=time.monotonic() - self.begun,
            processor_seconds=self.processor.seconds,
            limits=self.limits,
        )

    def _register(self, selector: selectors.BaseSelector, exited: int) -> None:
        for pipe, stream in (
            (self.family.process.stdout, self.output),
            (self.family.process.stderr, self.errors),
        ):
            if pipe is not None:
                selector.register(pipe, selectors.EVENT_READ, stream)
        selector.register(self.inbox.socket, selectors.EVENT_READ, self.inbox)
        selector.register(exited, selectors.EVENT_READ, None)

    def _follow(self, selector: selectors.BaseSelector, exited: int) -> End:
        next_look = self.begun
        while True:
            for key, _ in selector.select(self.limits.look_seconds):
                if key.fd == exited:
                    return End.EXITED
                if not key.data.read(key.fd):
                    selector.unregister(key.fileobj)
            if self.inbox.rests and self.on_rest is not None:
                self.on_rest(self.inbox.result)
            if self.on_start is not None and self.inbox.started:
                self.on_start(tuple(self.inbox.folders))
                self.on_start = None
            if (now := time.monotonic()) >= next_look:
                next_look = now + self.limits.look_seconds
                if reason := self._reason_to_end(now):
                    return reason

    def _reason_to_end(self, now: float) -> End | None:
        if self.stop is not None and self.stop.is_set():
            return End.STOPPED
        if self._flooded():
            return End.OUTPUT
        processes = process_tree(self.family.process.pid)
        if sum(one.threads for one in processes) > self.limits.processes + _OURS:
            return End.PROCESSES
        if self._uses_too_much_memory(processes):
            return End.MEMORY
        if self._disk_is_full():
            return End.DISK
        return self._time_is_up(processes, now)

    def _uses_too_much_memory(self, processes: Sequence[Process]) -> bool:
        if self.family.first is None:
            in_kernel = pair_bytes(one.pid for one in processes)
        else:
            in_kernel = socket_bytes(self.family.first.pid)
        room = self.limits.memory_bytes - in_kernel
        return resident_bytes(processes, room) > room

    def _time_is_up(self, processes: Sequence[Process], now: float) -> End | None:
        elapsed, self.looked = now - self.looked, now
        self.processor.look(processes, elapsed)
        self.idle.look(processes, self.output.seen + self.errors.seen + self.inbox.seen, elapsed)
        if self.processor.seconds > self.limits.processor_seconds:
            return End.PROCESSOR
        if self.idle.seconds > self.limits.idle_seconds:
            return End.IDLE
        return End.WALL if now - self.begun > self.limits.wall_seconds else None

    def _flooded(self) -> bool:
        return self.output.flooded or self.errors.flooded or self.inbox.flooded

    def _disk_is_full(self) -> bool:
        if self.prepared.folder is not None:
            return holds_too_much(self.prepared.folder, self.limits)
        used = (os.fstatvfs(descriptor) for descriptor in self.inbox.folders)
        return any(now.f_files - now.f_ffree > self.limits.files for now in used)

    def _drain(self, selector: selectors.BaseSelector, exited: int) -> None:
        with suppress(KeyError):
            selector.unregister(exited)
        deadline = time.monotonic() + _LAST_WORDS
        while selector.get_map() and time.monotonic() < deadline:
            for key, _ in selector.select(_DRAIN_EVERY):
                if not key.data.read(key.fd):
                    selector.unregister(key.fileobj)
