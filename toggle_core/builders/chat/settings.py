"""What a chat model is called with. Filled in by whoever reads the environment, never here."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from pydantic import SecretStr


@dataclass(frozen=True, slots=True)
class ChatSettings:
    """One chat model and its limits. Its ``repr`` shows neither the key nor the address.

    Attributes:
        model: ``provider:model``, for example ``openai:gpt-5.6``.
        api_key: the provider's key; None for a server that wants none.
        base_url: address of the server, with its path (``http://127.0.0.1:1234/v1``); None for the
            provider's own.
        temperature: 0 for the likeliest words, higher for variety; None for the model's default.
            Not sent to a model known to refuse it.
        max_output_tokens: tokens one answer may have; None for the model's own limit.
        max_context_tokens: tokens Ollama makes room for at most, prompt and answer together.
        request_timeout: seconds one request may take in all, from connecting to the last byte.
        silence_timeout: seconds without a single byte after which it is given up earlier.
        max_retries: how often a request is sent again after 429, 5xx or a broken connection.
        first_wait: seconds before the first of them; doubled each time, unless the provider says.
        longest_wait: seconds to wait at most; a provider that asks for more is not asked again.
        max_answer_characters: characters of one answer after which it is cut off and refused.
        langsmith: whether LangSmith is told of each request.
    """

    model: str
    api_key: SecretStr | None = None
    base_url: str | None = field(default=None, repr=False)
    temperature: float | None = None
    max_output_tokens: int | None = None
    max_context_tokens: int = 32_768
    request_timeout: float = 1_800.0
    silence_timeout: float = 180.0
    max_retries: int = 3
    first_wait: float = 1.0
    longest_wait: float = 30.0
    max_answer_characters: int = 400_000
    langsmith: bool = False

    @property
    def host(self) -> str:
        """Host and port of the address, without user and password. Empty when there is none."""
        try:
            return urlsplit(self.base_url or "").netloc.rpartition("@")[2]
        except ValueError:
            return ""

    @property
    def secrets(self) -> tuple[str, ...]:
        """Texts that nobody may read."""
        return (self.api_key.get_secret_value(),) if self.api_key else ()
