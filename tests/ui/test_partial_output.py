"""A model's partial output on the run page."""

from tests.ui.viewer import page, submitted
from toggle_core.runs.leases import claim_run
from toggle_core.runs.partial_output import record_partial_output
from toggle_core.startup import Services
from toggle_core.words import Stage


def test_partial_output_is_shown_as_text(opened_services: Services) -> None:
    run_id = submitted(opened_services, "Write slowly")
    taken = claim_run(opened_services.database, run_id, "elsewhere/boot/ns/1/0.00/alive")
    assert taken is not None
    text = "1. Write `main.py` <script>alert(1)</script> ![x](http://evil.test/x.png)"
    record_partial_output(opened_services.database, taken.lease, Stage.PLANNING, text)
    app = page("run", id=str(run_id), tab="Overview")
    shown = "\n".join(element.value for element in app.html)
    assert "<code>main.py</code>" in shown
    assert "<script>alert" not in shown
    assert "<img" not in shown
