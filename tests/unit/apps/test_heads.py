"""What passes between a browser and a made program in the heads of messages."""

from toggle_core.apps.heads import COOKIE, answered, sent_on
from toggle_core.apps.hosts import hosts_of

HOSTS = hosts_of("", 3031)
SECURE = hosts_of("https://*.apps.example", 3031)
LABEL = "0" * 24


def values(headers: list[tuple[bytes, bytes]], name: bytes) -> list[bytes]:
    return [value for each, value in headers if each == name]


def test_program_sees_neither_our_cookie_nor_a_key_nor_who_forwarded() -> None:
    sent = sent_on(
        [
            (b"host", b"app.localhost:3031"),
            (b"cookie", COOKIE + b"=secret; theme=dark"),
            (b"cookie", b"__HOST-Toggle_App=secret"),
            (b"authorization", b"Bearer ptk_0123"),
            (b"x-forwarded-for", b"10.0.0.1"),
            (b"connection", b"keep-alive, X-Private"),
            (b"x-private", b"1"),
            (b"x-own", b"kept"),
        ],
        websocket=False,
    )
    assert values(sent, b"cookie") == [b"theme=dark"]
    assert b"secret" not in b"".join(value for _, value in sent)
    assert {name for name, _ in sent} == {b"host", b"cookie", b"connection", b"x-own"}
    assert values(sent, b"connection") == [b"close"]


def test_programs_own_authorization_is_passed_on() -> None:
    sent = sent_on([(b"host", b"a"), (b"authorization", b"Bearer mine")], websocket=False)
    assert values(sent, b"authorization") == [b"Bearer mine"]


def test_cookies_are_bound_to_the_apps_host() -> None:
    answer = answered(
        [
            (b"set-cookie", b"a=1; Domain=localhost; Path=/x; HttpOnly; Priority=High"),
            (b"set-cookie", b"b=2; SameSite=None; Partitioned"),
            (b"set-cookie", b"c=3; SameSite=Strict"),
            (b"set-cookie", b"Toggle_App=forged"),
            (b"set-cookie", b"nameless"),
        ],
        LABEL,
        HOSTS,
    )
    assert values(answer, b"set-cookie") == [
        b"a=1; Path=/x; HttpOnly; SameSite=lax",
        b"b=2; SameSite=lax",
        b"c=3; SameSite=strict",
    ]
    secured = answered([(b"set-cookie", b"a=1; Domain=apps.example")], LABEL, SECURE)
    assert values(secured, b"set-cookie") == [b"a=1; Secure; SameSite=lax"]


def test_cookies_in_a_frame_are_those_of_the_page_around_it() -> None:
    frame, sent = "http://localhost:3030", [(b"set-cookie", b"a=1; Path=/; SameSite=Lax")]
    answer = answered(sent, LABEL, HOSTS, frame)
    assert values(answer, b"set-cookie") == [b"a=1; Path=/; Secure; SameSite=None; Partitioned"]


def test_answer_has_our_policies_and_none_that_reach_further() -> None:
    hostile = [
        (b"clear-site-data", b'"*"'),
        (b"strict-transport-security", b"max-age=9; includeSubDomains"),
        (b"link", b"<http://localhost:3030>; rel=preload"),
        (b"content-security-policy", b"default-src *; report-uri http://localhost:3030/api"),
        (b"content-security-policy-report-only", b"default-src 'none'"),
        (b"report-to", b"{}"),
        (b"access-control-allow-origin", b"*"),
        (b"x-frame-options", b"ALLOWALL"),
        (b"referrer-policy", b"unsafe-url"),
        (b"alt-svc", b'h3="evil:1"'),
        (b"connection", b"x-hop"),
        (b"x-hop", b"1"),
        (b"content-type", b"text/html"),
    ]
    answer = answered(hostile, LABEL, HOSTS)
    sent = dict(hostile)
    assert dict(answer)[b"content-type"] == b"text/html"
    for name in sent.keys() - {b"content-type"}:
        assert sent[name] not in values(answer, name), name
    [policy] = values(answer, b"content-security-policy")
    assert b"report-uri" not in policy
    assert f"ws://app-{LABEL}.localhost:3031".encode() in policy


def test_encoding_counts_where_a_length_is_given_too() -> None:
    answer = answered([(b"transfer-encoding", b"chunked"), (b"content-length", b"3")], LABEL, HOSTS)
    assert not values(answer, b"content-length")
