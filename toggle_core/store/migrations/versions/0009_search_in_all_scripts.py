"""Cut the words of tasks by code points, so that search works in every script and locale."""

from collections.abc import Sequence

from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

SEPARATORS = (
    r"\u0001-\u002F\u003A-\u0040\u005B-\u0060\u007B-\u00A9\u00AB-\u00AF\u00B1\u00B4\u00B6-\u00B8"
    r"\u00BB\u00BF\u00D7\u00F7\u02C2-\u02C5\u02D2-\u02DF\u037E\u0387\u055A-\u055F\u0589\u058A"
    r"\u05BE\u05C0\u05C3\u05C6\u05F3\u05F4\u0600-\u060D\u061B-\u061F\u066A-\u066D\u06D4\u06DD"
    r"\u0700-\u070D\u0964\u0965\u0970\u0E3F\u0E4F\u0E5A\u0E5B\u0F04-\u0F14\u0F3A-\u0F3D"
    r"\u104A-\u104F\u10FB\u1360-\u1368\u1680\u17D4-\u17D6\u17D8-\u17DB\u1800-\u180E"
    r"\u2000-\u206F\u207A-\u207E\u208A-\u208E\u20A0-\u20CF\u2190-\u22FF\u2308-\u230B\u2329\u232A"
    r"\u2768-\u2775\u27C0-\u27FF\u2900-\u2AFF\u2E00-\u2E5D\u3000-\u3003\u3008-\u3011"
    r"\u3014-\u301F\u3030\u303D\u30A0\u30FB\uE000-\uF8FF\uFE00-\uFE1F\uFE30-\uFE6B\uFEFF"
    r"\uFFF9-\uFFFF"
)

UNSPACED = (
    r"\u00B0\u0E00-\u0EFF\u1000-\u109F\u1100-\u11FF\u1780-\u17FF\u1950-\u19DF\u1A20-\u1AAF"
    r"\u2300-\u27BF\u2B00-\u2BFF\u2E80-\u2FFF\u3004-\u9FFF\uA000-\uA4CF\uA960-\uA9DF"
    r"\uAA60-\uAA7F\uAC00-\uD7FF\uF900-\uFAFF"
    r"\U0001B000-\U0001B2FF\U0001F000-\U0001FAFF\U00020000-\U0003FFFF"
)

PARTED = rf"""
    regexp_replace(
        regexp_replace(lower(normalize(task, NFKC)), '[{SEPARATORS}]+', ' ', 'g'),
        '([{UNSPACED}]+)', ' \1 ', 'g')
"""

WITHOUT_FIRST = rf"regexp_replace({PARTED}, '[{UNSPACED}]([{UNSPACED}]*)', '\1', 'g')"

PAIR = rf"'([{UNSPACED}])([{UNSPACED}])', '\1\2 ', 'g'"

WORDS = rf"""
    array_to_tsvector(array_remove(string_to_array(
        regexp_replace(
            regexp_replace({PARTED}, {PAIR}) || ' ' || regexp_replace({WITHOUT_FIRST}, {PAIR}),
            '([^ ]{{64}})[^ ]+', '\1', 'g'),
        ' '), ''))
"""


def upgrade() -> None:
    """Apply."""
    op.drop_index("ix_runs_words", table_name="runs")
    op.execute(
        f"""
        ALTER TABLE runs
        DROP COLUMN words,
        ADD COLUMN words tsvector NOT NULL GENERATED ALWAYS AS ({WORDS}) STORED
        """
    )
    op.create_index("ix_runs_words", "runs", ["words"], postgresql_using="gin")
    op.execute("ANALYZE runs")
