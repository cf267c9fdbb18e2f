"""The route that answers with an insight as a file."""

from datetime import UTC, datetime
from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Response

from toggle_core.api.dependencies import Opened
from toggle_core.api.exports import Raw
from toggle_core.api.filters import Selected
from toggle_core.api.openapi_responses import may_answer
from toggle_core.errors import InsightsPending
from toggle_core.insights.csv_rows import Insight, Question, insight_csv
from toggle_core.insights.rollup import count_changed_days
from toggle_core.insights.rows import model_prices

COUNTING_SECONDS: Final = 0.3
"""For days that have changed, before the answer."""

router = APIRouter()


@router.get(
    "/insights/{name}.csv",
    summary="Export an insight",
    response_class=Response,
    responses={
        200: {"content": {"text/csv": {}}, "description": "UTF-8, with a header."},
        **may_answer(422, 503),
    },
)
def export_insight(
    name: Annotated[Insight, Path(description="Which.")],
    selected: Selected,
    opened: Opened,
    zone: Annotated[
        str, Query(max_length=100, description="Of the hours.", examples=["Europe/Berlin"])
    ] = "UTC",
    raw: Raw = False,
) -> Response:
    """What the history comes to: the numbers behind a chart."""
    pending = count_changed_days(opened.database, seconds=COUNTING_SECONDS)
    if pending:
        raise InsightsPending(days=pending)
    settings = opened.settings
    prices = model_prices(settings.model, settings.price_in, settings.price_out)
    content = insight_csv(opened.database, name, Question(selected, zone, prices), raw=raw)
    file = f"{name}_{datetime.now(UTC):%Y-%m-%d}.csv"
    return Response(
        content,
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{file}"'},
    )
