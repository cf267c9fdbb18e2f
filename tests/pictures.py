"""Pictures for tests: real PNG files, and a prover that adds them to what the gates say."""

import random
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from toggle_core.gates.model import GateResult, PromiseResult
from toggle_core.gates.pictures import WIDTHS, Picture
from toggle_core.gates.prover import SandboxProver
from toggle_core.gates.settings import GateSettings
from toggle_core.runs.pictures import record_pictures
from toggle_core.store.database import Database
from toggle_core.words import Outcome, PromiseOutcome

HEIGHT = 60


def png(width: int, seed: int = 0, height: int = HEIGHT) -> bytes:
    """A PNG file of noise, which does not compress: four pixels a byte.

    Args:
        width: in pixels.
        seed: another one makes another picture.
        height: in pixels.
    """

    def chunk(kind: bytes, content: bytes) -> bytes:
        checked = kind + content
        return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))

    noise = random.Random(f"{width} {seed}")
    lines = b"".join(b"\0" + noise.randbytes(-(-width // 4)) for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 2, 0, 0, 0, 0)  # two bits of grey
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", head),
            chunk(b"IDAT", zlib.compress(lines)),
            chunk(b"IEND", b""),
        )
    )


def pictures_of(promise: str, seed: int = 0, height: int = HEIGHT) -> tuple[Picture, ...]:
    """A page in both widths.

    Args:
        promise: id of the promise; empty for the front page.
        seed: another one makes other pictures.
        height: in pixels.
    """
    path = "/items" if promise else "/"
    return tuple(
        Picture(promise, path, width, height, png(width, seed + len(promise), height))
        for width in WIDTHS
    )


def with_pictures(result: GateResult, seed: int = 0, height: int = HEIGHT) -> GateResult:
    """A gate's result with pictures in the order a browser takes them, a phone's first.

    Args:
        result: of any gate.
        seed: another one makes other pictures.
        height: in pixels.
    """
    ids = {"start": [""], "promises": [each.id for each in result.promises]}.get(result.gate, [])
    taken = (each for id_ in ids for each in reversed(pictures_of(id_, seed, height)))
    return replace(result, pictures=tuple(taken))


@dataclass(frozen=True, slots=True)
class PicturingProver(SandboxProver):
    """Proves projects for real and adds pictures, others each time.

    Attributes:
        height: of the pictures, in pixels.
        proved: what was proved so far, one entry each time.
    """

    height: int
    proved: list[str]

    def prove(
        self, files: Any, entry: str, *, on_result: Callable[[GateResult], None], **given: Any
    ) -> list[GateResult]:
        """One result for each gate, with pictures where a browser would bring them."""
        self.proved.append(entry)
        seed = 100 * len(self.proved)
        results = SandboxProver.prove(
            self,
            files,
            entry,
            on_result=lambda result: on_result(with_pictures(result, seed, self.height)),
            **given,
        )
        return [with_pictures(result, seed, self.height) for result in results]


def picturing_prover(height: int = HEIGHT) -> PicturingProver:
    """A prover for one executor.

    Args:
        height: of its pictures, in pixels.
    """
    return PicturingProver(GateSettings(), height, [])


def store_pictures(
    database: Database, run_id: UUID, *promises: str, attempt: int = 1, height: int = HEIGHT
) -> None:
    """Give a run pictures of its front page, and of promises of these ids."""
    kept = tuple(PromiseResult(each, each, PromiseOutcome.KEPT, "", ()) for each in promises)
    results = (
        GateResult("start", Outcome.PASSED, 1.0, "It starts."),
        GateResult("promises", Outcome.PASSED, 1.0, "All are kept.", promises=kept),
    )
    with database.begin() as connection:
        for result in results:
            record_pictures(connection, run_id, attempt, with_pictures(result, height=height))
