"""The outage that other tests make lets no connection through."""

import threading
from contextlib import suppress

import psycopg

from tests.outage import Outage

ROUNDS = 100
THREADS = 6


def is_alive(connection: psycopg.Connection) -> bool:
    try:
        connection.execute("SELECT 1")
    except psycopg.Error:
        return False
    return True


def test_no_connection_survives_the_beginning_of_an_outage(
    database_url: str, outage: Outage
) -> None:
    made: list[psycopg.Connection] = []
    enough = threading.Event()

    def connect_again_and_again() -> None:
        while not enough.is_set():
            with suppress(psycopg.OperationalError):
                made.append(psycopg.connect(database_url, autocommit=True))

    threads = [threading.Thread(target=connect_again_and_again) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    alive = 0
    try:
        for _ in range(ROUNDS):
            with outage():
                # Whoever was let in before it has a connection by the time that others are refused.
                for _ in range(THREADS):
                    with suppress(psycopg.OperationalError):
                        psycopg.connect(database_url).close()
                found = made[:]
                del made[: len(found)]
                alive += sum(map(is_alive, found))
                for connection in found:
                    connection.close()
    finally:
        enough.set()
        for thread in threads:
            thread.join()
        for connection in made:
            connection.close()
    assert alive == 0
