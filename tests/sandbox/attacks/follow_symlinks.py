"""Reach outside through symbolic links, also in place of files the checks write or read."""

import os
from pathlib import Path

from told import TARGET, attempt

for number, target in enumerate((TARGET["secret_file"], "/etc/shadow", "../../../../etc/shadow")):
    os.symlink(target, f"link{number}")
    attempt(target, lambda number=number: Path(f"link{number}").read_text())
os.symlink(Path(TARGET["secret_file"]).parent, "folder")
attempt("folder", lambda: os.listdir("folder"))
for number in range(1, 30):
    attempt(
        f"/proc/{number}/root", lambda n=number: Path(f"/proc/{n}/root/etc/hostname").read_text()
    )
    attempt(
        f"/proc/{number}/cwd",
        lambda n=number: Path(f"/proc/{n}/cwd/../../etc/hostname").read_text(),
    )
