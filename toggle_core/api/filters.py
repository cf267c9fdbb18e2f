"""The filter of runs as parameters of a URL: the same for lists, exports and insights."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query
from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from toggle_core.history.query import SEARCH_LIMIT, RunFilter
from toggle_core.insights.rows import Selection
from toggle_core.words import (
    GATES,
    NAME_LIMIT,
    REASON_CODES,
    Evidence,
    ProgramKind,
    Status,
    Verdict,
)


def _day(text: object) -> date:
    """A day in ISO 8601 only: Pydantic would take numbers for seconds since 1970."""
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        raise PydanticCustomError("day", "write a day as 2026-11-22") from None


Day = Annotated[date, BeforeValidator(_day)]

CreatedFrom = Annotated[
    Day | None, Query(description="First day of submission, in UTC.", examples=["2026-11-01"])
]
CreatedTo = Annotated[
    Day | None,
    Query(description="The day after the last day of submission, in UTC.", examples=["2026-12-01"]),
]

OfBuilder = Annotated[
    str | None, Query(max_length=NAME_LIMIT, description="Only this builder's, by its name.")
]
OfToggle = Annotated[
    bool | None, Query(description="Only with the production toggle on, or only with it off.")
]
OfKind = Annotated[
    ProgramKind | None, Query(description="Only where this kind of program was promised.")
]
OfProject = Annotated[UUID | None, Query(description="Only versions of this project.")]


async def wanted_runs(
    *,
    status: Annotated[Status | None, Query(description="Only tasks of this status.")] = None,
    q: Annotated[
        str,
        Query(
            max_length=SEARCH_LIMIT,
            description="Words, in any script; each begins a word of the task. In a script without "
            "spaces (Chinese, Japanese, Korean, Thai) it may stand anywhere in a sentence. A minus "
            "before a word leaves out the tasks that have it.",
        ),
    ] = "",
    verdict: Annotated[Verdict | None, Query(description="Only tasks of this verdict.")] = None,
    builder: OfBuilder = None,
    production: OfToggle = None,
    submitted_by: Annotated[
        str | None, Query(max_length=NAME_LIMIT, description="Only what this person asked for.")
    ] = None,
    created_from: CreatedFrom = None,
    created_to: CreatedTo = None,
    duration_from: Annotated[
        float | None, Query(description="Seconds worked on, at least.")
    ] = None,
    duration_to: Annotated[float | None, Query(description="Seconds worked on, less than.")] = None,
    needs_you: Annotated[
        bool | None,
        Query(
            description="Only tasks that wait for a person (failed, checks not passed, or a plan "
            "to review), or only the others."
        ),
    ] = None,
    works: Annotated[
        bool | None,
        Query(
            description="Only tasks that work, with promises left for a person to try, or only "
            "the others."
        ),
    ] = None,
    evidence: Annotated[
        Evidence | None,
        Query(description="Only verdicts that rest on 1, seven checks, or 2, promises and proof."),
    ] = None,
    strength_from: Annotated[
        int | None,
        Query(description="Percent of planned mistakes that the tests noticed, at least."),
    ] = None,
    reason_code: Annotated[
        str | None,
        Query(
            description="Only tasks that are not ready for this reason.",
            json_schema_extra={"enum": list(REASON_CODES)},
        ),
    ] = None,
    failed_check: Annotated[
        str | None,
        Query(
            description="Only tasks in which this check failed in at least one attempt.",
            json_schema_extra={"enum": list(GATES)},
        ),
    ] = None,
    kind: OfKind = None,
    project_id: OfProject = None,
) -> RunFilter:
    """The filter that lists and exports share."""
    return RunFilter(
        status=status,
        search=q,
        verdict=verdict,
        builder=builder,
        production=production,
        submitted_by=submitted_by,
        created_from=created_from,
        created_to=created_to,
        duration_from=duration_from,
        duration_to=duration_to,
        needs_you=needs_you,
        works=works,
        evidence=evidence,
        strength_from=strength_from,
        reason_code=reason_code,
        failed_check=failed_check,
        kind=kind,
        project_id=project_id,
    )


async def wanted_selection(
    *,
    created_from: CreatedFrom = None,
    created_to: CreatedTo = None,
    builder: OfBuilder = None,
    production: OfToggle = None,
    project_id: OfProject = None,
    kind: OfKind = None,
) -> Selection:
    """The runs that insights are about."""
    return Selection(created_from, created_to, builder, production, project_id, kind)


Wanted = Annotated[RunFilter, Depends(wanted_runs)]
Selected = Annotated[Selection, Depends(wanted_selection)]
