"""A small assembler for classic BPF programs over ``struct seccomp_data``.

A Python package for this would need the libseccomp library on the machine, which neither Debian's
bubblewrap nor the Python images bring along; a filter of denied calls needs five instructions.
Formats: ``linux/filter.h``, ``linux/bpf_common.h`` and ``linux/seccomp.h``.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

LOAD_WORD = 0x20  # BPF_LD | BPF_W | BPF_ABS
JUMP_EQUAL = 0x15  # BPF_JMP | BPF_JEQ | BPF_K
JUMP_AT_LEAST = 0x35  # BPF_JMP | BPF_JGE | BPF_K
JUMP_ANY_BIT = 0x45  # BPF_JMP | BPF_JSET | BPF_K
AND = 0x54  # BPF_ALU | BPF_AND | BPF_K
RETURN = 0x06  # BPF_RET | BPF_K

NUMBER_OFFSET = 0
ARCHITECTURE_OFFSET = 4
_ARGUMENTS_OFFSET = 16
_ARGUMENT_BYTES = 8

ALLOW = 0x7FFF0000
KILL_PROCESS = 0x80000000
_ERRNO = 0x00050000

MAX_JUMP = 255


@dataclass(frozen=True, slots=True)
class Instruction:
    """One ``struct sock_filter``; jumps count instructions to skip, 0 to 255."""

    code: int
    operand: int
    if_true: int = 0
    if_false: int = 0


def refuse(errno_value: int) -> int:
    """Return the action that fails a call with an ``errno`` value."""
    return _ERRNO | errno_value


def pretend() -> int:
    """Return the action that lets a call succeed without doing anything."""
    return _ERRNO


def load(offset: int) -> Instruction:
    """Load the 32-bit word at a byte offset of ``struct seccomp_data``."""
    return Instruction(LOAD_WORD, offset)


def load_argument(index: int) -> Instruction:
    """Load the low 32 bits of a call's argument, 0 to 5, on a little-endian machine."""
    return load(_ARGUMENTS_OFFSET + index * _ARGUMENT_BYTES)


def act(action: int) -> Instruction:
    """End the program with an action."""
    return Instruction(RETURN, action)


def when_equal(value: int, body: Sequence[Instruction]) -> list[Instruction]:
    """Run a body only if the loaded word equals a value.

    Args:
        value: 32 bits to compare with.
        body: at most 255 instructions.

    Raises:
        ValueError: the body is longer than a jump reaches.
    """
    return [Instruction(JUMP_EQUAL, value, 0, _reach(body)), *body]


def when_at_least(value: int, body: Sequence[Instruction]) -> list[Instruction]:
    """Run a body only if the loaded word is a value or more. Arguments as ``when_equal``."""
    return [Instruction(JUMP_AT_LEAST, value, 0, _reach(body)), *body]


def when_any_bit(mask: int, body: Sequence[Instruction]) -> list[Instruction]:
    """Run a body only if the loaded word has a bit of the mask. Arguments as ``when_equal``."""
    return [Instruction(JUMP_ANY_BIT, mask, 0, _reach(body)), *body]


def unless_among(values: Sequence[int], body: Sequence[Instruction]) -> list[Instruction]:
    """Run a body only if the loaded word is none of the values. Arguments as ``when_equal``."""
    reach = _reach(body)
    last = len(values) - 1
    tests = [
        Instruction(JUMP_EQUAL, value, last - position + reach, 0)
        for position, value in enumerate(values)
    ]
    return [*tests, *body]


def assemble(program: Sequence[Instruction]) -> bytes:
    """Return the program as an array of ``struct sock_filter`` in the machine's byte order."""
    return b"".join(
        struct.pack("=HBBI", line.code, line.if_true, line.if_false, line.operand)
        for line in program
    )


def _reach(body: Sequence[Instruction]) -> int:
    if len(body) > MAX_JUMP:
        raise ValueError("a jump skips at most 255 instructions")
    return len(body)
