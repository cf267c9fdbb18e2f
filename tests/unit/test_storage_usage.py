"""How long what is kept, and how much it is, in words."""

import pytest

from toggle_core.status.storage_usage import in_words, size_in_words
from toggle_core.store.retention import Policy


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        (Policy(0, 0), "Every step of every run is kept for ever."),
        (
            Policy(30, 0),
            (
                "Every step of a run is kept for 30 days after its end, its last step and what it "
                "made for ever."
            ),
        ),
        (
            Policy(1, 1_000),
            (
                "Every step of a run is kept for 1 day after its end, its last step and its"
                " pictures for 1,000 days; what it made is kept for ever."
            ),
        ),
        (
            Policy(0, 90),
            (
                "Every step of a run and its pictures are kept for 90 days after its end; what it"
                " made is kept for ever."
            ),
        ),
        (
            Policy(100, 90),
            (
                "Every step of a run and its pictures are kept for 90 days after its end; what it"
                " made is kept for ever."
            ),
        ),
    ],
)
def test_a_policy_is_said_in_a_sentence(policy: Policy, words: str) -> None:
    assert in_words(policy) == words


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1_000, "1.0 kB"),
        (9_940, "9.9 kB"),
        (123_456, "123 kB"),
        (5_300_000, "5.3 MB"),
        (94_000_000_000, "94 GB"),
        (7 * 10**15, "7000 TB"),
    ],
)
def test_sizes_are_said_as_people_say_them(size: int, words: str) -> None:
    assert size_in_words(size) == words
