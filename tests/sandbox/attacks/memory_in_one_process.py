"""Take memory in one process."""

from told import TARGET, attempt

held = []


def fill() -> int:
    while len(held) * 16 < TARGET["too_many_megabytes"]:
        held.append(bytearray(b"x") * (16 * 1024 * 1024))
    return len(held)


attempt("memory", fill)
