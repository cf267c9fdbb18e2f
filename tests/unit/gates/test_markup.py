"""What an HTML document shows and where it leads."""

import pytest

from toggle_core.gates.harness.frontier import Frontier
from toggle_core.gates.harness.markup import FORM, PAGE, PART, Document, Link, read_document

EMPTY = {
    "nothing": "",
    "a title": "<!doctype html><html><head><title>Cafe</title></head><body></body></html>",
    "blanks": "<p>&nbsp;\n\u200b</p><h1></h1>",
    "a style": "<style>body { color: red }</style>",
    "a template": "<template><p>Row</p><img src=a.png></template>",
    "without scripts": "<noscript>Turn scripts on.</noscript>",
    "data": '<script type=\'application/ld+json\'>{"name": "Cafe"}</script>',
    "an empty script": "<script> </script>",
    "a picture of nothing": "<img><iframe></iframe>",
    "a hidden field": "<input type=hidden name=x value=1>",
    "a comment": "<!-- soon -->",
}
SHOWN = {
    "a text": "<p>Hi</p>",
    "a text of signs": "<p>€</p>",
    "a picture": "<img src=a.png>",
    "a drawing": "<svg></svg>",
    "a canvas": "<canvas></canvas>",
    "a form": "<form method=post></form>",
    "a script": "<script src=app.js></script>",
    "code": "<script>draw()</script>",
    "a frame": "<iframe src=/x></iframe>",
    "an open tag": "<p>Hi",
}


@pytest.mark.parametrize("name", EMPTY)
def test_a_document_without_content_shows_nothing(name: str) -> None:
    assert not read_document(EMPTY[name]).shows


@pytest.mark.parametrize("name", SHOWN)
def test_a_document_with_content_shows_something(name: str) -> None:
    assert read_document(SHOWN[name]).shows


LINKS = {
    "<a href='/a'>About <b>us</b></a>": [Link("/a", PAGE, "About us")],
    "<a href=/a>one<a href=/b>two": [Link("/a", PAGE, "one"), Link("/b", PAGE, "two")],
    "<a name=top>x</a><a href=''>x</a>": [],
    "<iframe src=/a></iframe>": [Link("/a", PAGE)],
    "<link rel=stylesheet href=a.css>": [Link("a.css", PART)],
    "<link rel='shortcut icon' href=a.ico>": [Link("a.ico", PART)],
    "<link rel=canonical href=https://x.example/><link rel=preconnect href=//y>": [],
    "<script src=a.js></script><img src=b.png srcset='c.png 2x'>": [
        Link("a.js", PART),
        Link("b.png", PART),
        Link("c.png", PART),
    ],
    "<meta http-equiv=refresh content='3; url=/next'>": [Link("/next", PAGE)],
    "<noscript><img src=/pixel></noscript>": [],
    "<form method=post action=/send></form>": [],
    "<form action='/find?x=1'><input name=q value='a b'><input type=checkbox name=c>"
    "<select name=s><option value=1><option value=2></select><button>Go</button></form>": [
        Link("/find?q=a+b&s=1", FORM, "Go")
    ],
}


@pytest.mark.parametrize("text", LINKS)
def test_the_links_of_a_document_are_found(text: str) -> None:
    assert read_document(text).links == LINKS[text]


def test_broken_markup_is_read_as_far_as_it_goes() -> None:
    broken = "<a href=/a>x</a><![foo bar]><<<a href='/b"
    assert Link("/a", PAGE, "x") in read_document(broken).links


def test_a_large_document_is_read_in_good_time() -> None:
    assert len(read_document("<a href=/x>y</a>" * 30_000).links) == 30_000


LOCAL = {
    "/menu": "/menu",
    "menu.html": "/shop/menu.html",
    "../about": "/about",
    "?page=2": "/shop/list?page=2",
    "#top": "/shop/list",
    "http://localhost:8123/x": "/x",
    "//127.0.0.1:8123/x": "/x",
    "/ä b": "/%C3%A4%20b",
    "/a%20b": "/a%20b",
    "http://localhost:9000/x": None,
    "https://127.0.0.1:8123/x": None,
    "http://example.com:8123/": None,
    "mailto:me@example.com": None,
    "javascript:go()": None,
    "http://[::1/": None,
    "http://localhost:no/": None,
}


@pytest.mark.parametrize("address", LOCAL)
def test_an_address_is_followed_only_on_the_same_site(address: str) -> None:
    frontier = Frontier(8123, {"127.0.0.1", "localhost"})
    assert frontier.local(address, "/shop/list") == LOCAL[address]


def test_addresses_begin_with_the_base_of_a_page() -> None:
    frontier = Frontier(8123, {"127.0.0.1"})
    assert frontier.local("menu", "/", "/app/") == "/app/menu"
    assert frontier.local("menu", "/", "https://example.com/") is None


CHANGING = ("/item/1/delete", "/logout", "/log-out", "/remove_all", "/x?action=delete")


@pytest.mark.parametrize("path", CHANGING)
def test_an_address_that_changes_something_is_not_asked_for(path: str) -> None:
    frontier = Frontier(8123, {"127.0.0.1"})
    frontier.add(Document([Link(path, PAGE), Link("/x", PAGE, "Delete all")]), "/")
    assert len(frontier) == 0


def test_parts_with_such_a_name_are_asked_for() -> None:
    frontier = Frontier(8123, {"127.0.0.1"})
    frontier.add(Document([Link("/reset.css", PART), Link("/undelete", PAGE)]), "/")
    assert len(frontier) == 2


def test_each_address_is_asked_for_once() -> None:
    frontier = Frontier(8123, {"127.0.0.1"})
    frontier.add(Document([Link("/a", PAGE), Link("/a#x", PAGE), Link("/", PAGE)]), "/")
    assert [frontier.next().path for _ in range(len(frontier))] == ["/a"]


def test_a_page_with_too_many_parts_leaves_some_out() -> None:
    frontier = Frontier(8123, {"127.0.0.1"})
    frontier.add(Document([Link(f"/{number}.png", PART) for number in range(50)]), "/")
    assert (len(frontier), frontier.left_out) == (40, 10)
