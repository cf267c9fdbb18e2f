"""Change, replace, rename, delete or lock the application's files."""

import os
import shutil
from pathlib import Path

from told import TARGET, attempt

secret = Path(TARGET["secret_file"])
attempt("append", lambda: secret.open("a"))
attempt("truncate", lambda: os.truncate(secret, 0))
attempt("delete", secret.unlink)
attempt("rename", lambda: secret.rename("mine"))
attempt("replace", lambda: Path("told.py").rename(secret))
attempt("mode", lambda: secret.chmod(0))
attempt("folder's mode", lambda: secret.parent.chmod(0))
attempt("owner", lambda: os.chown(secret, os.getuid(), os.getgid()))
attempt("times", lambda: os.utime(secret, (0, 0)))
attempt("attribute", lambda: os.setxattr(secret, "user.x", b"x"))
attempt("new file", lambda: (secret.parent / "planted").write_text("x"))
attempt("remove folder", lambda: shutil.rmtree(secret.parent))
