"""A chat model failed. The settings named are those of the file .env."""

from toggle_core.errors.building import BuildFailed


class ModelFailed(BuildFailed):
    """{model} answered with an error: {reason}"""


class ModelNameRefused(ModelFailed):
    """TOGGLE_MODEL is "{model}", which names no chat model. Write provider:model, for example
    {example}; Settings shows how."""


class ModelAddressRefused(ModelFailed):
    """The address of the model cannot be used: {reason}. Write it like http://127.0.0.1:1234/v1 in
    the file .env."""


class ModelPackageMissing(ModelFailed):
    """{title} needs a package that is not installed. Run this, then start the app again:
    {command}"""


class ModelKeyMissing(ModelFailed):
    """There is no key for {title}. Put {variable}=your-key into the file .env and start the app
    again; Settings shows how to get one."""


class ModelKeyRefused(ModelFailed):
    """{title} refused the key, or the key may not use {model}. Check {variable} in the file .env;
    Settings shows how to get a new key."""


class ModelUnknown(ModelFailed):
    """{title} has no model named {model}. Check TOGGLE_MODEL in the file .env.{hint}"""


class ModelUnreachable(ModelFailed):
    """{title} cannot be reached{address}. Check the internet connection, or that the program that
    serves the model is running."""


class ModelProxyUnusable(ModelFailed):
    """Nothing was sent to {title}, because the environment variable {variable} cannot be used:
    {reason}. {advice}, or remove it, then start the app again."""


class ModelProxyFailed(ModelFailed):
    """{title} cannot be reached through the proxy in the environment variable {variable}: {reason}.
    Check that proxy, or remove the variable, then start the app again."""


class ModelCertificatesUnusable(ModelFailed):
    """Nothing was sent to {title}, because the environment variable {variable} points to {path},
    {reason}. Point it to a file of trusted certificates, or remove it, then start the app again."""


class ModelCertificateUntrusted(ModelFailed):
    """Nothing was sent to {title}{address}: this machine does not trust its certificate
    ({reason}). If a proxy of your company inspects connections, save its certificate in a file and
    name the file in the environment variable SSL_CERT_FILE."""


class ModelConnectionLost(ModelFailed):
    """The connection to {title} broke before the answer was complete. Try again."""


class ModelTooSlow(ModelFailed):
    """{model} had not finished its answer after {seconds:g} s. Try again, ask for something
    smaller, or raise TOGGLE_MODEL_TIMEOUT_SECONDS."""


class ModelSilent(ModelTooSlow):
    """{model} sent nothing for {seconds:g} s. Try again, or raise TOGGLE_MODEL_SILENCE_SECONDS if
    the model needs that long to begin."""


class ModelBusy(ModelFailed):
    """{title} is getting too many requests at the moment{wait}. Try again later."""


class ModelQuotaExhausted(ModelFailed):
    """The account at {title} has no credit left, or has reached its limit. Add credit there, then
    try again."""


class ModelDown(ModelFailed):
    """{title} has a problem of its own at the moment (error {status}). Try again in a few
    minutes."""


class ModelDeclined(ModelFailed):
    """{model} declined to answer{reason}. Say the task in other words, or choose another model."""


class ModelPromptTooLong(ModelFailed):
    """The task and its files are too long for {model}. Ask for something smaller, or choose a model
    that reads more."""


class ModelContextTooSmall(ModelPromptTooLong):
    """The task and its files need about {needed:,} tokens with room for the answer; {model} is
    given at most {limit:,}. Ask for something smaller, or raise TOGGLE_MAX_CONTEXT_TOKENS if the
    model reads more and the machine has the memory."""


class ModelRequestRefused(ModelFailed):
    """{title} did not accept the request for {model}: {reason}"""


class ModelProtocolUnknown(ModelFailed):
    """{title} sent something else than the answer of a chat model. Check the model's address in the
    file .env."""


class ModelAnswerEmpty(ModelFailed):
    """{model} gave an empty answer. Try again, or choose another model."""


class ModelAnswerCutOff(ModelFailed):
    """The answer of {model} was cut off before its end{limit}. Ask for something smaller, raise
    TOGGLE_MAX_OUTPUT_TOKENS, or choose a model that writes longer answers."""


class ModelAnswerTooLarge(ModelFailed):
    """{model} wrote far more than a project needs (over {limit:,} characters), so its answer was
    refused. Try again, or choose another model."""


class ModelAnswerUnreadable(ModelFailed):
    """The answer of {model} could not be read: {reason}. Try again, or choose a larger model."""


class ModelPathRefused(ModelFailed):
    """{model} wrote files that cannot be accepted. {reason} Try again."""


class ModelEditRefused(ModelFailed):
    """{model} described a change that cannot be made: {reason}. The files are as they were before.
    Try again, or choose a larger model."""


class ModelLeftOutCode(ModelFailed):
    """{model} left out a part of {path}: it wrote "{line}" where the code belongs. The files are as
    they were before. Try again, or choose a larger model."""
