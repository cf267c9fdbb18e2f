"""Signatures of webhooks, beside the specification's own library and example."""

from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook

from toggle_core.webhooks.signature import key_of, signed_headers

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def test_the_example_of_the_specification_is_signed_as_there() -> None:
    """Of the libraries of Standard Webhooks, ``tests/test_webhooks.py`` and its kin."""
    headers = signed_headers(
        key_of(SECRET), "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'
    )
    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_any_text_is_signed_as_by_the_library() -> None:
    body = '{"plan": "naïve ☃ 🚀"}'
    moment = datetime(2026, 11, 22, 12, tzinfo=UTC)
    headers = signed_headers(key_of(SECRET), "id", int(moment.timestamp()), body.encode())
    assert headers["webhook-signature"] == Webhook(SECRET).sign("id", moment, body)


@pytest.mark.parametrize(
    "secret",
    [
        "",
        "whsec_",
        "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "whsec_not base64 at all!",
        "whsec_c2hvcnQ=",
        f"whsec_{'AAAA' * 22}",
        "whsec_é",
    ],
)
def test_a_secret_of_another_form_is_refused_and_not_repeated(secret: str) -> None:
    with pytest.raises(ValueError, match="24 to 64 random bytes") as refusal:
        key_of(secret)
    assert secret in {"", "whsec_"} or secret not in str(refusal.value)
