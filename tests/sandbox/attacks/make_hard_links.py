"""Keep hold of files outside by hard links."""

import os

from told import TARGET, attempt

for name in (TARGET["secret_file"], TARGET["app_file"], "/etc/hostname", "/usr/bin/env"):
    attempt(name, lambda name=name: os.link(name, f"kept-{os.path.basename(name)}"))
