"""Pages as visitors use them: what is read, and how forms are filled in."""

from typing import Any

import pytest

from toggle_core.gates.harness.promises.forms import Upload, fill_form, multipart_body, urlencoded
from toggle_core.gates.harness.promises.pages import read_page
from toggle_core.gates.harness.promises.visitor import encoded, own_path

SIGN_UP = """
<form action=/search><input name=q placeholder="Search notes"><button>Search</button></form>
<form method=post action="/join">
  <input type=hidden name=token value=t1>
  <label for=who>Your name *</label><input id=who name=n>
  <label>E-mail <input name=mail type=email></label>
  <input name=phone placeholder="Phone (optional)">
  <input name=city aria-label=City value=Bern>
  <label><input type=checkbox name=news value=yes checked> News</label>
  <label><input type=checkbox name=terms> I agree</label>
  <label><input type=radio name=size value=s> Small</label>
  <label><input type=radio name=size value=l> Large</label>
  <label>Country <select name=country><option value=ch>Switzerland<option value=at>Austria</select>
  </label>
  <textarea name=about>Hello</textarea>
  <input name=item><input name=item>
  <input name=off disabled value=x>
  <button name=do value=join>Join</button>
  <button name=do value=wait formaction=/later formmethod=get aria-label="Wait list">W</button>
</form>
"""


def fill(fields: dict[str, Any], button: str = "", page: str = SIGN_UP) -> dict[str, Any]:
    """Fill in a form, and return its pairs; values of a repeated name as a list."""
    filled = fill_form(read_page(page), fields, button)
    pairs: dict[str, Any] = {"": (filled.method, filled.action)}
    for name, value in filled.pairs:
        pairs[name] = [*pairs[name], value] if name in pairs else [value]
    return {name: value[0] if len(value) == 1 else value for name, value in pairs.items()}


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<title>T</title><p>Hello</p>\n\n<p>you", "Hello you"),
        ("<b>1</b>2<i>3</i>", "123"),
        ("<td>1</td><td>2</td>", "1 2"),
        ("a<script>var b</script><style>c</style><template>d</template>", "a"),
        ("a<p hidden>b</p><div style='display: none'>c<p>d</p></div>e", "a e"),
        ("a<dialog>b</dialog><dialog open>c</dialog>", "a c"),
        ("<input value=typed><input type=submit value=Save><input readonly value=r>", "Save r"),
        ("<textarea>typed</textarea><button>Go</button>", "Go"),
        ("&lt;b&gt; &amp; caf&eacute;&nbsp;x", "<b> & caf\u00e9 x"),
        ("<ul><li hidden>a<li>b</ul>", "b"),
        ("<p>unclosed <b>markup", "unclosed markup"),
    ],
)
def test_text_is_what_a_reader_sees(html: str, text: str) -> None:
    assert read_page(html).text == text


def test_links_have_text_title_and_alternative_text() -> None:
    page = read_page("<a href=/a title=T>A <b>b</b></a><a href=/c><img alt=Cart src=x></a>")
    assert [(link.address, link.labels) for link in page.links] == [
        ("/a", ["A b", "T"]),
        ("/c", ["Cart"]),
    ]


def test_form_is_filled_by_label_placeholder_and_name() -> None:
    fields = {"Your name": "Ada", "e-mail": "a@b.c", "Phone": "12", "City": "Basel", "about": "x"}
    assert fill(fields) == {
        "": ("POST", "/join"),
        "token": "t1",
        "n": "Ada",
        "mail": "a@b.c",
        "phone": "12",
        "city": "Basel",
        "news": "yes",
        "country": "ch",
        "about": "x",
        "item": ["", ""],
        "do": "join",
    }


def test_boxes_and_lists_are_chosen_by_what_is_read() -> None:
    fields = {"News": False, "I agree": True, "size": "Large", "Country": "Austria"}
    sent = fill(fields)
    assert "news" not in sent
    assert (sent["terms"], sent["size"], sent["country"]) == ("on", "l", "at")


@pytest.mark.parametrize("values", [["a"], ["a", "b"], ["a", "b", "c"]])
def test_repeated_fields_take_a_list(values: list[str]) -> None:
    assert fill({"item": values})["item"] == [*values, *[""] * (2 - len(values))]


def test_button_chooses_the_form_and_overrides_its_address() -> None:
    assert fill({}, "Search")[""] == ("GET", "/search")
    sent = fill({"Your name": "Ada"}, "wait list")
    assert sent[""] == ("GET", "/later")
    assert sent["do"] == "wait"


def test_fields_decide_where_several_forms_have_the_button() -> None:
    forms = "".join(
        f"<form method=post action=/{n}><input name=f{n}><button>Save</button></form>" for n in "ab"
    )
    assert fill({"fb": "x"}, "Save", forms)[""] == ("POST", "/b")


def test_field_and_button_outside_the_form_belong_to_it_by_its_id() -> None:
    page = "<form id=f method=post></form><input form=f name=x><button form=f>Send</button>"
    assert fill({"x": "1"}, "Send", page) == {"": ("POST", ""), "x": "1"}


@pytest.mark.parametrize(
    ("fields", "button", "why"),
    [
        ({"Age": "1"}, "", "a field “Age”"),
        ({"token": "t2"}, "", "a field “token”"),
        ({"off": "1"}, "", "a field “off”"),
        ({}, "Delete", "a button “Delete”"),
        ({"Country": "France"}, "", "no choice “France”"),
        ({"q": "x", "Your name": "Ada"}, "", "all these fields"),
    ],
)
def test_missing_parts_of_a_form_are_named(fields: dict[str, Any], button: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        fill(fields, button)


def test_page_without_a_form_is_said() -> None:
    with pytest.raises(ValueError, match="no form"):
        fill({}, "", "<p>Hello</p>")


def test_file_is_sent_in_parts_only_where_the_form_says_so() -> None:
    form = "<form method=post {}><input type=file name=f><input name=note></form>"
    fields = {"f": {"name": "people.csv", "content": "a,b\n"}, "note": "two\nlines"}
    parts = fill_form(read_page(form.format("enctype=multipart/form-data")), fields, "")
    body, kind = multipart_body(parts.pairs)
    assert parts.multipart
    assert kind.startswith("multipart/form-data; boundary=")
    assert b'name="f"; filename="people.csv"\r\nContent-Type: text/csv\r\n\r\na,b\n\r\n' in body
    assert b"two\r\nlines" in body
    plain = fill_form(read_page(form.format("")), fields, "")
    assert not plain.multipart
    assert urlencoded(plain.pairs) == "f=people.csv&note=two%0D%0Alines"


def test_content_alone_is_a_file_under_a_name_of_ours() -> None:
    page = "<form method=post enctype=multipart/form-data><input type=file name=f></form>"
    assert fill({"f": "content"}, "", page)["f"] == Upload("file.txt", "content")


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("/a?q=1 2", "/a?q=1%202"),
        ("/é", "/%C3%A9"),
        ("/../main.py", "/../main.py"),
        ("/%2e%2e/x", "/%2e%2e/x"),
        ("http://localhost:81/a?b#c", "/a?b"),
        ("http://127.0.0.1", "/"),
    ],
)
def test_addresses_of_the_program_become_paths(address: str, path: str) -> None:
    assert own_path(address) == path


@pytest.mark.parametrize(
    "address", ["http://example.com/", "//example.com/x", "ftp://localhost/", "http://[", "a/b"]
)
def test_other_hosts_are_refused(address: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        own_path(address)


def test_values_are_encoded_by_where_they_stand() -> None:
    assert encoded("a b&c/d", "/?q=") == "a%20b%26c%2Fd"
    assert encoded("a/b c", "/files/") == "a/b%20c"
    assert encoded("http://localhost/x?y", "") == "http://localhost/x?y"
