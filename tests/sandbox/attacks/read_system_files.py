"""Read accounts, password hashes, keys and the machine's own settings."""

from pathlib import Path

from told import attempt, reached, refused

for name in ("/etc/shadow", "/root/.bashrc", "/etc/hostname", "/etc/ssh/sshd_config", "/boot"):
    attempt(name, lambda name=name: Path(name).read_bytes())
try:
    accounts = Path("/etc/passwd").read_text()
except OSError:
    accounts = ""
reached("/etc/passwd") if "root:" in accounts else refused("/etc/passwd has no account of theirs")
for folder in ("/home", "/var", "/srv", "/opt", "/mnt", "/media"):
    attempt(folder, lambda folder=folder: list(Path(folder).iterdir()))
