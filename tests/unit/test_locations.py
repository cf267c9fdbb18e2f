"""Where the app's files and data are; tests/e2e/test_installed_wheel.py covers an installed app."""

from tests.app_process import ROOT
from toggle_core import locations


def test_a_checkout_keeps_configuration_and_data_beside_the_app() -> None:
    assert locations.CHECKOUT == ROOT
    assert locations.CONFIG_FOLDER == ROOT
    assert locations.DATA_FOLDER == ROOT / ".data"
    assert (locations.APP_FOLDER / "app.py").is_file()
    assert (locations.STATIC_FILES / "logo.svg").is_file()
