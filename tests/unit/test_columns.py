"""Columns of a run, as classes declare them."""

from dataclasses import dataclass
from typing import Annotated

import pytest

from toggle_core.exports.columns import COLUMNS
from toggle_core.runs.columns import Column, Kind, columns_of, in_file_order
from toggle_core.runs.model import Run
from toggle_core.store.retention_tables import KEPT_CHANNELS


@dataclass(frozen=True, kw_only=True)
class Base:
    second: Annotated[int | None, Column(meaning="a number")]


@dataclass(frozen=True, kw_only=True)
class Declaring(Base):
    third: Annotated[str, Column(meaning="a text", public="three")]
    between: Annotated[bool, Column(meaning="a flag", after="second")]
    plain: str


def test_columns_stand_in_the_order_of_files() -> None:
    declared = in_file_order(columns_of(Declaring))
    assert [each.public for each in declared] == ["second", "between", "three"]
    assert [each.kind for each in declared] == [Kind.INTEGER, Kind.FLAG, Kind.TEXT]


def test_columns_are_refused_after_an_unknown_one() -> None:
    @dataclass(frozen=True, kw_only=True)
    class Wrong(Base):
        lost: Annotated[str, Column(meaning="a text", after="nowhere")]

    with pytest.raises(ValueError, match="there is no column nowhere"):
        in_file_order(columns_of(Wrong))


def test_retention_keeps_every_column_of_the_checkpoint() -> None:
    assert {each.name for each in columns_of(Run) if each.column.checkpoint} <= set(KEPT_CHANNELS)


def test_every_exported_column_has_one_sentence_with_its_unit() -> None:
    units = {Kind.NUMBER: "Seconds", Kind.MOMENT: "in UTC"}
    for name, column in COLUMNS.items():
        assert column.meaning[0].isupper(), name
        assert column.meaning.endswith("."), name
        assert units.get(column.kind, "") in column.meaning, name
