"""The files of the deployment say what docs/deployment.md promises.

That it comes up and works is proved with a Docker engine: scripts/deployment.sh check.
"""

import json
import re
import subprocess
import threading
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy import waiting_builder
from toggle_core.builders.registry import load_builder
from toggle_core.settings import Settings
from toggle_core.store.budget import DIRECT, POOL_OVERFLOW, POOL_SIZE, SERVING, worker_connections

ROOT = Path(__file__).parent.parent.parent
COMPOSE_TEXT = (ROOT / "docker-compose.yml").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load(COMPOSE_TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = ("migrate", "web", "api", "worker", "apps")
DOCKERFILE = (ROOT / "Dockerfile").read_text()
EXAMPLE = (ROOT / ".env.example").read_text()
PROFILE = json.loads((ROOT / "deploy" / "worker-seccomp.json").read_text())


def defaults() -> dict[str, str]:
    """Variables the compose file reads, with what counts where one is missing."""
    found = re.findall(r"\$\{([A-Z_]+)(?::?-([^}]*))?\}", COMPOSE_TEXT)
    return dict(found)


def test_documents_state_the_connections_that_are_counted() -> None:
    told = (ROOT / "docs" / "deployment.md").read_text().split("**Connections.**")[1]
    worker = POOL_SIZE + POOL_OVERFLOW + worker_connections(8)
    serving = SERVING + Settings(_env_file=None).max_exports
    assert f"up to {worker} connections (threads + {worker - 8})" in told
    assert f"up to {serving} each" in told
    reserved = 3
    apps = POOL_SIZE + POOL_OVERFLOW
    assert f"`apps` up to\n{apps}" in told
    workers = (int(defaults()["DB_CONNECTIONS"]) - reserved - 2 * serving - apps) // worker
    assert workers == 7
    assert "seven workers" in told
    assert "enough for one worker" in told
    assert (100 - reserved - 2 * serving - apps) // worker == 1
    operations = (ROOT / "docs" / "operations.md").read_text()
    assert f"needs {DIRECT} direct connections to Postgres" in operations


def test_every_variable_of_compose_has_a_default() -> None:
    assert set(re.findall(r"\$\{([A-Z_]+)\}", COMPOSE_TEXT)) == set()
    assert "DATABASE_PASSWORD" in defaults()


def test_the_example_of_env_changes_nothing_on_a_laptop() -> None:
    example = dict(re.findall(r"^([A-Z_]+)=(.*)$", EXAMPLE, flags=re.MULTILINE))
    known = defaults() | {
        str(field.validation_alias): str(field.default) for field in Settings.model_fields.values()
    }
    known |= defaults()
    assert example
    assert {name: known[name] for name in example} == example


def test_every_variable_of_compose_is_explained() -> None:
    guide = (ROOT / "docs" / "deployment.md").read_text()
    assert {name for name in defaults() if f"`{name}`" not in guide} == set()


def test_only_dashboard_api_and_apps_are_published_and_only_on_this_machine() -> None:
    published = {name: service.get("ports", []) for name, service in SERVICES.items()}
    assert published.pop("web") == ["127.0.0.1:${WEB_PORT:-3030}:3030"]
    assert published.pop("api") == ["127.0.0.1:${API_PORT:-8002}:8002"]
    assert published.pop("apps") == ["127.0.0.1:${APPS_PORT:-3031}:${APPS_PORT:-3031}"]
    assert not any(published.values())


@pytest.mark.parametrize("name", ["web", "api"])
def test_compose_lets_everybody_in_and_one_line_of_env_changes_that(name: str) -> None:
    given = SERVICES[name]["environment"]
    assert given["TOGGLE_HOST"] == "0.0.0.0"  # noqa: S104  inside of the container
    assert given["TOGGLE_ALLOW_ANONYMOUS"] == "${TOGGLE_ALLOW_ANONYMOUS:-1}"


def test_neither_the_image_nor_the_example_of_env_lets_anybody_in() -> None:
    for text in (DOCKERFILE, EXAMPLE):
        lines = [line.strip() for line in text.splitlines() if not line.startswith("#")]
        assert not any("TOGGLE_ALLOW_ANONYMOUS" in line for line in lines)


def test_the_worker_can_be_scaled() -> None:
    assert "container_name" not in COMPOSE_TEXT
    assert SERVICES["web"]["environment"]["TOGGLE_WORKER_THREADS"] == 0


@pytest.mark.parametrize("name", OURS)
def test_our_services_have_no_capability_and_a_disk_that_is_read_only(name: str) -> None:
    service = SERVICES[name]
    assert service["cap_drop"] == ["ALL"]
    assert service["read_only"] is True
    assert "no-new-privileges=true" in service["security_opt"]
    assert "privileged" not in service


def test_worker_and_apps_alone_may_make_namespaces() -> None:
    unusual = {
        name: [option for option in service["security_opt"] if "no-new-privileges" not in option]
        for name, service in SERVICES.items()
    }
    assert unusual["worker"] == unusual.pop("apps")
    assert unusual.pop("worker") == [
        "seccomp=deploy/worker-seccomp.json",
        "systempaths=unconfined",
        "apparmor=unconfined",
    ]
    assert not any(unusual.values())


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_stops_soon_is_limited_and_does_not_fill_the_disk(name: str) -> None:
    service = SERVICES[name]
    assert service["init"] is True
    assert service["stop_grace_period"] == "10s"
    assert {"mem_limit", "pids_limit"} <= service.keys()
    assert service["logging"]["options"] == {"max-size": "10m", "max-file": "3"}


def test_every_service_that_lasts_is_restarted_and_asked_how_it_is() -> None:
    for name, service in SERVICES.items():
        once = name == "migrate"
        assert service["restart"] == ("no" if once else "unless-stopped")
        assert ("test" in service["healthcheck"]) is not once


def test_the_database_keeps_its_data_where_postgres_18_writes_them() -> None:
    assert SERVICES["db"]["image"] == "postgres:18"
    assert SERVICES["db"]["volumes"] == ["postgres:/var/lib/postgresql"]
    assert "-h 127.0.0.1" in " ".join(SERVICES["db"]["healthcheck"]["test"])


def test_nothing_starts_before_the_tables_are_there() -> None:
    assert SERVICES["migrate"]["depends_on"] == {"db": {"condition": "service_healthy"}}
    for name in ("web", "api", "worker", "apps"):
        condition = {"migrate": {"condition": "service_completed_successfully"}}
        assert SERVICES[name]["depends_on"] == condition


def test_the_profile_of_the_worker_refuses_much_but_not_what_bubblewrap_needs() -> None:
    whole = {name for rule in PROFILE["syscalls"] if "args" not in rule for name in rule["names"]}
    needed = {"clone", "clone3", "unshare", "mount", "umount2", "pivot_root", "sethostname"}
    assert PROFILE["defaultAction"] == "SCMP_ACT_ALLOW"
    assert {rule["action"] for rule in PROFILE["syscalls"]} == {"SCMP_ACT_ERRNO"}
    assert {"bpf", "ptrace", "keyctl", "init_module", "kexec_load", "io_uring_setup"} <= whole
    assert not whole & needed


def test_every_builder_of_images_understands_the_dockerfile() -> None:
    assert "# syntax" not in DOCKERFILE
    assert "--mount" not in DOCKERFILE


def test_the_image_does_not_run_as_root() -> None:
    _, *stages = DOCKERFILE.split("\nFROM ")[1:]
    users = [re.findall(r"^USER (.+)$", stage, flags=re.MULTILINE)[-1] for stage in stages]
    assert users == ["10001:10001", "10001:10001"]


def test_the_worker_alone_has_an_image_with_a_browser() -> None:
    images = {name: SERVICES[name]["image"] for name in OURS}
    assert images.pop("worker") == "production-toggle-worker:${IMAGE_TAG:-latest}"
    assert set(images.values()) == {"production-toggle:${IMAGE_TAG:-latest}"}
    assert SERVICES["migrate"]["build"]["target"] == "product"
    assert SERVICES["worker"]["build"]["target"] == "worker"
    assert "chromium-headless-shell" in DOCKERFILE.split(" AS worker")[1]


def test_nothing_but_what_is_named_goes_into_the_image() -> None:
    lines = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line[0] != "#"]
    assert lines[0] == "*"
    named = [line[1:] for line in lines if line.startswith("!")]
    assert all((ROOT / name).exists() for name in named)
    assert not any(name.startswith((".env", "secrets", "tests", ".git")) for name in named)


def test_the_image_has_every_package_the_app_has() -> None:
    pins = {
        name: set(re.findall(r"^[\w.-]+==\S+", (ROOT / name).read_text(), flags=re.MULTILINE))
        for name in ("requirements.txt", "requirements-image.txt")
    }
    assert pins["requirements.txt"]
    assert pins["requirements.txt"] <= pins["requirements-image.txt"]
    assert any(pin.startswith("langchain-ollama==") for pin in pins["requirements-image.txt"])


def test_the_builder_of_the_check_waits_for_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting_builder, "GO", tmp_path / "go")
    builder = load_builder("deploy.waiting_builder:Waiting")
    coding = threading.Thread(target=builder.code, args=("task", builder.plan("task").text))
    coding.start()
    coding.join(0.3)
    assert coding.is_alive()
    (tmp_path / "go").touch()
    coding.join(60)
    assert not coding.is_alive()


def test_the_check_says_how_it_is_used() -> None:
    done = subprocess.run(
        ["sh", ROOT / "scripts" / "deployment.sh"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "sh scripts/deployment.sh check" in done.stdout


@pytest.mark.parametrize("script", ["deployment.sh", "postgres15.sh"])
def test_the_scripts_can_be_read_by_every_shell(script: str) -> None:
    subprocess.run(["sh", "-n", ROOT / "scripts" / script], check=True)
