"""The embedded Postgres: started from a wheel's binaries when no DATABASE_URL is set."""

from toggle_core.store.embedded.binaries import SYSTEM_DIR
from toggle_core.store.embedded.server import DATABASE, EmbeddedServer, start

__all__ = ["DATABASE", "SYSTEM_DIR", "EmbeddedServer", "start"]
