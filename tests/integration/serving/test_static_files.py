"""Static files: compressed for whoever can read that, and kept by the browser."""

import gzip
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse

from tests.integration.api_server import listening
from toggle_core.locations import STATIC_FILES
from toggle_core.ui.static_files import BUNDLE, SMALL, StaticFiles, accepts_gzip

PATHS = {
    path.suffix: path
    for path in sorted((BUNDLE / "static").rglob("*"), key=lambda path: path.name)
    if path.is_file() and path.stat().st_size > SMALL
}
SCRIPT = f"/static/js/{PATHS['.js'].name}"
PICTURE = f"/static/media/{PATHS['.png'].name}"
FONT = "/app/static/fonts/inter-latin-wght-normal.woff2"
LOGO = "/app/static/logo.svg"
BEHIND = "passed on"


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    """A client of the middleware, with something behind it, on a real web server."""
    with (
        listening(StaticFiles(PlainTextResponse(BEHIND, 404))) as address,
        httpx.Client(base_url=address, headers={"Accept-Encoding": "gzip"}, timeout=60) as client,
    ):
        yield client


def bytes_of(client: httpx.Client, path: str, **headers: str) -> tuple[httpx.Response, bytes]:
    """The answer, and its body as it came over the wire."""
    with client.stream("GET", path, headers=headers) as answer:
        return answer, b"".join(answer.iter_raw())


def test_script_is_sent_compressed_to_who_reads_that(client: httpx.Client) -> None:
    answer, body = bytes_of(client, SCRIPT)
    assert answer.status_code == 200
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Content-Length"] == str(len(body))
    assert answer.headers["Content-Type"].partition(";")[0].endswith("/javascript")
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert "immutable" in answer.headers["Cache-Control"]
    assert gzip.decompress(body) == PATHS[".js"].read_bytes()


@pytest.mark.parametrize("accepted", ["identity", "br", "gzip;q=0", "gzip; q=0.0", "*;q=0"])
def test_script_is_sent_as_it_is_to_everybody_else(client: httpx.Client, accepted: str) -> None:
    answer, body = bytes_of(client, SCRIPT, **{"Accept-Encoding": accepted})
    assert "Content-Encoding" not in answer.headers
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert body == PATHS[".js"].read_bytes()


@pytest.mark.parametrize("path", [PICTURE, FONT, LOGO])
def test_what_cannot_become_smaller_is_sent_as_it_is(client: httpx.Client, path: str) -> None:
    answer, _ = bytes_of(client, path)
    assert answer.status_code == 200
    assert "Content-Encoding" not in answer.headers
    assert "max-age=" in answer.headers["Cache-Control"]


def test_head_tells_the_same_without_a_body(client: httpx.Client) -> None:
    for path in (SCRIPT, FONT):
        whole, _ = bytes_of(client, path)
        head = client.head(path)
        assert head.content == b""
        for name in ("Content-Length", "ETag", "Content-Type", "Cache-Control"):
            assert head.headers[name] == whole.headers[name]
        assert head.headers.get("Content-Encoding") == whole.headers.get("Content-Encoding")


def test_range_is_one_of_the_file_as_it_is(client: httpx.Client) -> None:
    text = PATHS[".js"].read_bytes()
    answer, body = bytes_of(client, SCRIPT, Range="bytes=10-19")
    assert (answer.status_code, body) == (206, text[10:20])
    assert answer.headers["Content-Range"] == f"bytes 10-19/{len(text)}"
    assert "Content-Encoding" not in answer.headers
    assert bytes_of(client, SCRIPT, Range=f"bytes={len(text)}-")[0].status_code == 416


def test_range_of_the_compressed_file_is_the_whole_file(client: httpx.Client) -> None:
    zipped, _ = bytes_of(client, SCRIPT)
    known = {"Range": "bytes=0-9", "If-Range": zipped.headers["ETag"]}
    answer, body = bytes_of(client, SCRIPT, **known)
    assert (answer.status_code, body) == (200, PATHS[".js"].read_bytes())


@pytest.mark.parametrize("path", [SCRIPT, FONT])
@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', "*"])
def test_what_the_browser_has_already_is_not_sent_again(
    client: httpx.Client, path: str, form: str
) -> None:
    first, _ = bytes_of(client, path)
    again, body = bytes_of(client, path, **{"If-None-Match": form.format(first.headers["ETag"])})
    assert (again.status_code, body) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.headers["Cache-Control"] == first.headers["Cache-Control"]


def test_file_as_it_is_and_compressed_have_different_tags(client: httpx.Client) -> None:
    plain, _ = bytes_of(client, SCRIPT, **{"Accept-Encoding": "identity"})
    zipped, _ = bytes_of(client, SCRIPT)
    assert plain.headers["ETag"] != zipped.headers["ETag"]
    again, _ = bytes_of(client, SCRIPT, **{"If-None-Match": plain.headers["ETag"]})
    assert again.status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/static/js/",
        "/static/index.html",
        "/static/../index.html",
        "/static/js/%2e%2e/js/x.js",
        "/static//js/x.js",
        "/app/static/../navigation.py",
        "/app/static/..%2fnavigation.py",
        "/api/tasks",
        "/static/js/%00.js",
    ],
)
def test_everything_else_is_passed_on(client: httpx.Client, path: str) -> None:
    assert client.get(path).text == BEHIND


def test_only_reading_is_answered(client: httpx.Client) -> None:
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        assert client.request(method, SCRIPT).text == BEHIND


def test_many_at_once_get_the_whole_bundle(client: httpx.Client) -> None:
    scripts = [path for path in (BUNDLE / "static" / "js").iterdir() if path.suffix == ".js"][:40]

    def is_whole(number: int) -> bool:
        path = scripts[number % len(scripts)]
        return client.get(f"/static/js/{path.name}").content == path.read_bytes()

    with ThreadPoolExecutor(12) as threads:
        assert all(threads.map(is_whole, range(4 * len(scripts))))


def test_our_own_files_are_all_answered(client: httpx.Client) -> None:
    for path in STATIC_FILES.rglob("*"):
        if path.is_file():
            answer = client.get(f"/app/static/{path.relative_to(STATIC_FILES).as_posix()}")
            assert answer.content == path.read_bytes()


@pytest.mark.parametrize(
    ("header", "accepted"),
    [
        ("gzip", True),
        ("GZIP", True),
        ("br, gzip;q=0.5", True),
        ("*", True),
        ("identity, *;q=0.1", True),
        ("", False),
        ("deflate, br", False),
        ("gzip;q=0", False),
        ("gzip;q=0.000, *", False),
        ("xgzip", False),
    ],
)
def test_gzip_is_accepted_as_the_header_says(header: str, accepted: bool) -> None:
    assert accepts_gzip(Headers({"accept-encoding": header})) is accepted
    assert not accepts_gzip(Headers())
