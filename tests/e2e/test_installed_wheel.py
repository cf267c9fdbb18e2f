"""The app installed from a wheel: the owner's walk, with nothing of the checkout in reach."""

import subprocess
import sys
import sysconfig
import tempfile
import venv
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page

from tests.app_process import ROOT, AppProcess
from tests.e2e.walk import owners_walk


def run(*command: str | Path) -> None:
    """Run a program that must succeed; its output is shown when it does not."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``production-toggle`` in an environment of its own.

    The wheel is built as anyone builds it. Its dependencies are those of the tests' environment.
    """
    wheels, environment = tmp_path_factory.mktemp("wheels"), tmp_path_factory.mktemp("environment")
    run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", wheels, ROOT)
    [wheel] = wheels.glob("production_toggle-*.whl")
    venv.create(environment, symlinks=True)
    paths = {"base": str(environment), "platbase": str(environment)}
    installed = Path(sysconfig.get_path("purelib", "venv", paths))
    (installed / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    pip = [sys.executable, "-m", "pip", "--python", environment / "bin" / "python"]
    run(*pip, "install", "--quiet", "--no-deps", "--no-index", wheel)
    return environment / "bin" / "production-toggle"


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """The user's data and configuration, where the embedded server's user may enter."""
    with tempfile.TemporaryDirectory(prefix="toggle-home-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o711)
        (folder / "data").mkdir()
        yield folder


@pytest.fixture(scope="module")
def app(
    program: Path, home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[AppProcess]:
    """The app, started without a command in an empty folder."""
    app = AppProcess((), XDG_DATA_HOME=str(home / "data"), XDG_CONFIG_HOME=str(home / "config"))
    app.program, app.folder = str(program), tmp_path_factory.mktemp("empty")
    app.environment.pop("PYTHONPATH", None)
    with app:
        yield app.start()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(accept_downloads=True)
    context.set_default_timeout(120_000)
    yield context.new_page()
    context.close()


def test_the_owners_walk_works_from_a_wheel_in_an_empty_folder(
    page: Page, app: AppProcess, home: Path, tmp_path: Path
) -> None:
    owners_walk(page, app, tmp_path, tmp_path)
    assert (home / "data" / "production-toggle" / "postgres" / "PG_VERSION").is_file()
    assert list(app.folder.iterdir()) == []


def test_the_wheel_brings_the_theme(page: Page, app: AppProcess) -> None:
    page.goto(app.dashboard)
    button = page.get_by_role("button", name="Submit Task")
    assert button.evaluate("each => getComputedStyle(each).borderRadius") == "10px"
    assert "Inter" in button.evaluate("each => getComputedStyle(each).fontFamily")


def test_an_installed_command_uses_the_data_of_the_user(app: AppProcess, tmp_path: Path) -> None:
    task = {"description": "Create a unit converter"}
    task_id = (
        httpx.post(f"{app.api}/tasks", json=task, timeout=60).raise_for_status().json()["task_id"]
    )
    target = tmp_path / "runs.csv"
    subprocess.run(
        [app.program, "export", "--output", target],
        cwd=tmp_path,
        env=app.environment,
        check=True,
    )
    assert task_id in target.read_text(encoding="utf-8-sig")
