"""Every setting, typed. The one place that reads the environment, ``.env`` and secret files.

A setting is read from the variable in its ``validation_alias``, else from ``.env``, else from
Streamlit's ``secrets.toml``, else from the file of that name, in lower case, in ``SECRETS_DIR``.
Secrets are ``SecretStr``: their ``repr`` never shows the value.
"""

import tomllib
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    BeforeValidator,
    Field,
    IPvAnyNetwork,
    SecretStr,
    ValidationError,
    ValidationInfo,
    create_model,
    field_validator,
)
from pydantic_core import PydanticCustomError
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from toggle_core.errors import SettingRefused
from toggle_core.locations import CONFIG_FOLDER, DATA_FOLDER, ENV_FILE, PROVIDERS_FILE
from toggle_core.webhooks.address import unusable
from toggle_core.webhooks.signature import key_of
from toggle_core.words import DEADLINE_LIMIT

STREAMLIT_SECRETS = CONFIG_FOLDER / ".streamlit" / "secrets.toml"
SECRETS_DIR = Path("/run/secrets")
"""Where Docker Compose and Kubernetes place a container's secrets, one file each."""

HEARTBEATS_MISSED = 3
"""How many heartbeats in a row must be missing before a worker is taken for dead."""

LOGIN = {
    "oidc_client_id": "client_id",
    "oidc_client_secret": "client_secret",
    "oidc_metadata_url": "server_metadata_url",
    "oidc_redirect_uri": "redirect_uri",
    "cookie_secret": "cookie_secret",
    "oidc_allowed": "allowed",
}
"""What a login takes, and its name in the table ``[auth]`` of Streamlit's ``secrets.toml``."""


def _listed(value: object) -> object:
    """What stands between commas, in lower case."""
    if not isinstance(value, str):
        return value
    return tuple(part.strip().lower() for part in value.split(",") if part.strip())


Listed = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)]
Networks = Annotated[tuple[IPvAnyNetwork, ...], NoDecode, BeforeValidator(_listed)]


def _model_keys() -> dict[str, str]:
    providers = tomllib.loads(PROVIDERS_FILE.read_text(encoding="utf-8"))["providers"]
    # The first provider with a key names it: others may speak the same protocol.
    return {
        each["key_variable"]: each["prefix"] for each in providers[::-1] if "key_variable" in each
    }


MODEL_KEYS = _model_keys()
"""Environment variables of the keys of chat models, with the prefix of their models."""


def _with_model_keys(settings: type["Settings"]) -> type["Settings"]:
    """Add a secret setting for each key that a provider of chat models needs."""
    fields: dict[str, Any] = {
        variable.lower(): (
            SecretStr | None,
            Field(None, validation_alias=variable, description=f"Key for `{prefix}:` models."),
        )
        for variable, prefix in MODEL_KEYS.items()
    }
    return create_model(settings.__name__, __base__=settings, __module__=__name__, **fields)


@_with_model_keys
class Settings(BaseSettings):
    """The settings of one process. Unknown variables are left alone; a wrong value is refused."""

    model_config = SettingsConfigDict(
        env_file=ENV_FILE, env_ignore_empty=True, extra="ignore", frozen=True
    )

    database_url: SecretStr | None = Field(
        None,
        validation_alias="DATABASE_URL",
        description="Postgres to use, 15 or newer. Empty: the embedded server.",
    )
    database_password: SecretStr | None = Field(
        None,
        validation_alias="DATABASE_PASSWORD",
        description="Password for Postgres, where DATABASE_URL has none.",
    )
    database_direct_url: SecretStr | None = Field(
        None,
        validation_alias="DATABASE_DIRECT_URL",
        description="Postgres itself, where DATABASE_URL leads to PgBouncer.",
    )
    data_dir: Path | None = Field(
        None,
        validation_alias="TOGGLE_DATA_DIR",
        description="Folder of the embedded server. Empty: `.data` in a checkout, the user's data "
        "directory where the app is installed.",
    )
    host: str = Field(
        "127.0.0.1",
        validation_alias="TOGGLE_HOST",
        description="Address the dashboard and the API listen on.",
    )
    port: Annotated[int, Field(ge=1, le=65535)] = Field(
        3030, validation_alias="TOGGLE_PORT", description="Port of the dashboard, and of /api."
    )
    api_port: Annotated[int, Field(ge=0, le=65535)] = Field(
        8002,
        validation_alias="TOGGLE_API_PORT",
        description="Second port of the API. 0: none.",
    )
    apps: Literal["on", "off", "remote"] = Field(
        "on",
        validation_alias="TOGGLE_APPS",
        description=(
            "Whether generated programs can be opened. `off`: nothing is served. `remote`: "
            "processes of the command `apps` serve them."
        ),
    )
    apps_port: Annotated[int, Field(ge=1, le=65535)] = Field(
        3031,
        validation_alias="TOGGLE_APPS_PORT",
        description="Port of opened programs, each at a name of its own below `localhost`.",
    )
    apps_url: str = Field(
        "",
        validation_alias="TOGGLE_APPS_URL",
        description="Behind a proxy: `https://*.apps.example`, a domain used for nothing else.",
    )
    max_apps: Annotated[int, Field(ge=1, le=64)] = Field(
        4,
        validation_alias="TOGGLE_MAX_APPS",
        description="Opened programs that run at the same time on this machine.",
    )
    max_apps_per_person: Annotated[int, Field(ge=1, le=64)] = Field(
        3,
        validation_alias="TOGGLE_MAX_APPS_PER_PERSON",
        description="Of them, those that one person has opened, where there is a login.",
    )
    worker_threads: Annotated[int, Field(ge=0, le=256)] = Field(
        8,
        validation_alias="TOGGLE_WORKER_THREADS",
        description="Runs executed at the same time by the process. 0: none here.",
    )
    builder: str = Field(
        "",
        validation_alias="TOGGLE_BUILDER",
        description="`blueprints`, or `module:Class` of your own. Empty: the model of "
        "TOGGLE_MODEL, else `blueprints`.",
    )
    model: str = Field(
        "",
        validation_alias="TOGGLE_MODEL",
        description="Chat model, `provider:model`. Empty: none; the built-in builder works.",
    )
    openai_base_url: str | None = Field(
        None,
        validation_alias="OPENAI_BASE_URL",
        description="Address of another server that speaks OpenAI's protocol.",
    )
    ollama_host: str | None = Field(
        None,
        validation_alias="OLLAMA_HOST",
        description="Address of Ollama. Empty: this machine's.",
    )
    temperature: Annotated[float, Field(ge=0, le=2)] | None = Field(
        None,
        validation_alias="TOGGLE_TEMPERATURE",
        description="0 for the likeliest words. Empty: the model's default.",
    )
    max_output_tokens: Annotated[int, Field(ge=1)] | None = Field(
        None,
        validation_alias="TOGGLE_MAX_OUTPUT_TOKENS",
        description="Tokens one answer may have. Empty: the model's own limit.",
    )
    max_context_tokens: Annotated[int, Field(ge=4096, le=2_000_000)] = Field(
        32_768,
        validation_alias="TOGGLE_MAX_CONTEXT_TOKENS",
        description="Tokens Ollama may be asked to make room for: a request and its answer.",
    )
    request_timeout: Annotated[float, Field(ge=1, le=3600)] = Field(
        1800.0,
        validation_alias="TOGGLE_MODEL_TIMEOUT_SECONDS",
        description="Seconds one request to a model may take in all.",
    )
    silence_timeout: Annotated[float, Field(ge=1, le=3600)] = Field(
        180.0,
        validation_alias="TOGGLE_MODEL_SILENCE_SECONDS",
        description="Seconds for which a model may send nothing before a request is given up.",
    )
    max_retries: Annotated[int, Field(ge=0, le=20)] = Field(
        3,
        validation_alias="TOGGLE_MAX_RETRIES",
        description="Repetitions of a request after 429, 5xx or a broken connection.",
    )
    price_in: Annotated[float, Field(ge=0)] | None = Field(
        None,
        validation_alias="TOGGLE_PRICE_IN",
        description="Price of a million tokens read. Empty: not known.",
    )
    price_out: Annotated[float, Field(ge=0)] | None = Field(
        None,
        validation_alias="TOGGLE_PRICE_OUT",
        description="Price of a million tokens written. Empty: not known.",
    )
    currency: Annotated[str, Field(pattern="^([A-Z]{3})?$")] = Field(
        "",
        validation_alias="TOGGLE_CURRENCY",
        description="Currency of the prices, such as USD. Empty: costs are shown without one.",
    )
    max_attempts: Annotated[int, Field(ge=1, le=10)] = Field(
        3,
        validation_alias="TOGGLE_MAX_ATTEMPTS",
        description="Attempts of the coder in a run with the toggle on, the first included.",
    )
    max_tokens_per_run: Annotated[int, Field(ge=0)] = Field(
        0,
        validation_alias="TOGGLE_MAX_TOKENS_PER_RUN",
        description="Tokens, in and out, that one run may use. 0: no limit.",
    )
    deadline_seconds: Annotated[float, Field(ge=0, le=DEADLINE_LIMIT)] = Field(
        1800.0,
        validation_alias="TOGGLE_DEADLINE_SECONDS",
        description="A run may be worked on this long, waiting not counted. 0: any time.",
    )
    gate_slots: Annotated[int, Field(ge=0, le=256)] = Field(
        0,
        validation_alias="TOGGLE_GATE_SLOTS",
        description="Gate jobs that run at the same time on this machine, in all its processes "
        "together. 0: one for each processor.",
    )
    browser: str = Field(
        "",
        validation_alias="TOGGLE_BROWSER",
        description="Path of the Chromium that opens the pages of programs when they are checked, "
        "in a sandbox. Empty: one that is installed. none: no browser.",
    )
    tests_seconds: Annotated[float, Field(ge=1, le=600)] = Field(
        30.0,
        validation_alias="TOGGLE_TESTS_SECONDS",
        description="Processor time limit for the tests of a project.",
    )
    max_active: Annotated[int, Field(ge=0, le=1000)] = Field(
        0,
        validation_alias="TOGGLE_MAX_ACTIVE",
        description="Runs of one submitter executed at the same time. 0: any number.",
    )
    keep_history_days: Annotated[int, Field(ge=0, le=36500)] = Field(
        30,
        validation_alias="TOGGLE_KEEP_HISTORY_DAYS",
        description="Days after its end until a run keeps only its last step. 0: for ever.",
    )
    keep_checkpoints_days: Annotated[int, Field(ge=0, le=36500)] = Field(
        180,
        validation_alias="TOGGLE_KEEP_CHECKPOINTS_DAYS",
        description="Days after its end until a run keeps only what it made, without pictures."
        " 0: for ever.",
    )
    heartbeat_seconds: Annotated[float, Field(ge=0.2, le=60)] = Field(
        2.0,
        validation_alias="TOGGLE_HEARTBEAT_SECONDS",
        description="A worker says that it is alive this often.",
    )
    stalled_seconds: Annotated[float, Field(ge=1, le=600)] = Field(
        15.0,
        validation_alias="TOGGLE_STALLED_SECONDS",
        validate_default=True,
        description="A worker silent for this long is taken for dead, and its runs are taken over.",
    )
    heartbeat_file: Path | None = Field(
        None,
        validation_alias="TOGGLE_HEARTBEAT_FILE",
        description="File that a worker touches with each heartbeat, for a health check.",
    )
    allowed_hosts: Listed = Field(
        (),
        validation_alias="TOGGLE_ALLOWED_HOSTS",
        description="Names the app is called by, beside this machine's own. `*`: all names.",
    )
    trusted_proxies: Networks = Field(
        (),
        validation_alias="TOGGLE_TRUSTED_PROXIES",
        description="Addresses of proxies whose `X-Forwarded-For` is believed.",
    )
    requests_per_minute: Annotated[int, Field(ge=0)] = Field(
        12_000,
        validation_alias="TOGGLE_REQUESTS_PER_MINUTE",
        description="Requests to the API from one address, and by one key. 0: no limit.",
    )
    max_queue: Annotated[int, Field(ge=0)] = Field(
        10_000,
        validation_alias="TOGGLE_MAX_QUEUE",
        description="Runs that may wait before new ones are refused. 0: no limit.",
    )
    max_exports: Annotated[int, Field(ge=0)] = Field(
        4,
        validation_alias="TOGGLE_MAX_EXPORTS",
        description="Exports made at the same time by the process. 0: no limit.",
    )
    max_streams: Annotated[int, Field(ge=0)] = Field(
        200,
        validation_alias="TOGGLE_MAX_STREAMS",
        description="Streams of events open at the same time in the process. 0: none are opened.",
    )
    webhook_url: SecretStr | None = Field(
        None,
        validation_alias="TOGGLE_WEBHOOK_URL",
        description="Address that is told of the end of every run.",
    )
    webhook_secret: SecretStr | None = Field(
        None,
        validation_alias="TOGGLE_WEBHOOK_SECRET",
        validate_default=True,
        description="`whsec_` and a key of 24 to 64 bytes in Base64: webhooks are signed with it.",
    )
    webhook_allow_private: bool = Field(
        False,
        validation_alias="TOGGLE_WEBHOOK_ALLOW_PRIVATE",
        description="1: webhooks may go to addresses that are not public, such as this machine's.",
    )
    allow_anonymous: bool = Field(
        False,
        validation_alias="TOGGLE_ALLOW_ANONYMOUS",
        description="1: may be open to everybody who can reach it, from other machines as well.",
    )
    api_auth: Literal["auto", "required", "off"] = Field(
        "auto",
        validation_alias="TOGGLE_API_AUTH",
        description="Whether the API asks for a key. `auto`: as soon as one was made.",
    )
    api_key: SecretStr | None = Field(
        None,
        validation_alias="TOGGLE_API_KEY",
        description="Key that the client of the API sends. The server needs none.",
    )
    oidc_client_id: str | None = Field(
        None,
        validation_alias="TOGGLE_OIDC_CLIENT_ID",
        description="What the provider calls this app. Empty: the dashboard asks for no login.",
    )
    oidc_client_secret: SecretStr | None = Field(
        None,
        validation_alias="TOGGLE_OIDC_CLIENT_SECRET",
        description="By which the provider knows this app.",
    )
    oidc_metadata_url: str | None = Field(
        None,
        validation_alias="TOGGLE_OIDC_METADATA_URL",
        description="The provider's `https://…/.well-known/openid-configuration`.",
    )
    oidc_redirect_uri: str | None = Field(
        None,
        validation_alias="TOGGLE_OIDC_REDIRECT_URI",
        description="Address of the dashboard in a browser, with `/oauth2callback` at its end.",
    )
    oidc_allowed: str = Field(
        "",
        validation_alias="TOGGLE_OIDC_ALLOWED",
        description="Who may log in: addresses, domains, `sub:…`; `*` for all of the provider.",
    )
    cookie_secret: SecretStr | None = Field(
        None,
        validation_alias="TOGGLE_COOKIE_SECRET",
        description="Signs who is logged in. The same for every dashboard.",
    )

    log_format: Literal["text", "json"] = Field(
        "text",
        validation_alias="TOGGLE_LOG_FORMAT",
        description="`text`: lines for people. `json`: an object a line, for machines.",
    )
    metrics_port: Annotated[int, Field(ge=0, le=65535)] = Field(
        0,
        validation_alias="TOGGLE_METRICS_PORT",
        description="Port on which a worker of its own tells its metrics. 0: none.",
    )
    langsmith: bool = Field(
        False,
        validation_alias="TOGGLE_LANGSMITH",
        description="1: tasks, prompts and code go to LangSmith, as its own variables say.",
    )
    otlp_endpoint: str | None = Field(
        None,
        validation_alias="OTEL_EXPORTER_OTLP_ENDPOINT",
        description="Where traces go, by OTLP over HTTP. Empty: none are made.",
    )
    otlp_headers: SecretStr | None = Field(
        None,
        validation_alias="OTEL_EXPORTER_OTLP_HEADERS",
        description="Sent with them, such as a key: `name=value`, with commas between.",
    )
    otel_service_name: str = Field(
        "production-toggle",
        validation_alias="OTEL_SERVICE_NAME",
        description="What traces call this program.",
    )

    @field_validator("stalled_seconds")
    @classmethod
    def _outlasts_heartbeats(cls, seconds: float, info: ValidationInfo) -> float:
        """A worker that is well must be able to say so in time."""
        if seconds < HEARTBEATS_MISSED * info.data.get("heartbeat_seconds", 0):
            raise PydanticCustomError(
                "stalled_too_soon",
                "it must be at least {times} times TOGGLE_HEARTBEAT_SECONDS",
                {"times": HEARTBEATS_MISSED},
            )
        return seconds

    @field_validator("webhook_url")
    @classmethod
    def _can_be_told(cls, url: SecretStr | None) -> SecretStr | None:
        """A mistake in the address is told at the start, not at the end of the first run."""
        if url is not None and (reason := unusable(url.get_secret_value())):
            raise PydanticCustomError("webhook_url", "{reason}", {"reason": reason})
        return url

    @field_validator("webhook_secret")
    @classmethod
    def _can_sign(cls, secret: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        """Nothing is sent unsigned."""
        if secret is None and info.data.get("webhook_url") is not None:
            raise PydanticCustomError("webhook_secret", "TOGGLE_WEBHOOK_URL needs one to sign with")
        if secret is not None:
            try:
                key_of(secret.get_secret_value())
            except ValueError as error:
                raise PydanticCustomError(
                    "webhook_secret", "{reason}", {"reason": str(error)}
                ) from None
        return secret

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Where settings come from, the most important first."""
        secrets = TomlConfigSettingsSource(settings_cls, toml_file=STREAMLIT_SECRETS)
        login = InitSettingsSource(settings_cls, _login_of(secrets.toml_data.get("auth")))
        return init_settings, env_settings, dotenv_settings, secrets, login, file_secret_settings

    @property
    def model_keys(self) -> dict[str, SecretStr]:
        """Keys of chat models that are set, by their environment variables."""
        keys = {variable: getattr(self, variable.lower()) for variable in MODEL_KEYS}
        return {variable: key for variable, key in keys.items() if key}

    @property
    def embedded_folder(self) -> Path:
        """Folder of the embedded server."""
        return self.data_dir or DATA_FOLDER

    @property
    def login_configured(self) -> bool:
        """Whether the dashboard asks for a login: all it takes is set."""
        return all(getattr(self, name) for name in LOGIN)


@cache
def get_settings() -> Settings:
    """Read the settings once for this process.

    Raises:
        SettingRefused: a variable has a value that cannot be used; the sentence names it.
    """
    try:
        return Settings(_secrets_dir=SECRETS_DIR if SECRETS_DIR.is_dir() else None)
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        place = str(first["loc"][0])
        name = _variables().get(place, place)
        raise SettingRefused(name=name, reason=first["msg"].rstrip(".")) from None
    except tomllib.TOMLDecodeError as error:
        raise SettingRefused(name=STREAMLIT_SECRETS.name, reason=str(error)) from None
    except SettingsError as error:
        if not isinstance(error.__cause__, OSError):
            raise
        reason = "the user this process runs as cannot read its file"
        raise SettingRefused(name=error.__cause__.filename, reason=reason) from None


def _login_of(auth: object) -> dict[str, Any]:
    """The settings in a table ``[auth]``; nothing where it is none."""
    if not isinstance(auth, dict):
        return {}
    found = {name: auth[key] for name, key in LOGIN.items() if key in auth}
    variables = _variables()
    return {
        variables[name]: " ".join(map(str, value)) if isinstance(value, list) else value
        for name, value in found.items()
    }


def _variables() -> dict[str, str]:
    """The variable of each setting. Pydantic names a default that is wrong by the setting."""
    return {name: str(field.validation_alias) for name, field in Settings.model_fields.items()}
