"""The domain's exceptions. The docstring of each is the sentence a person reads.

A docstring may name facts in braces; they are given by keyword where the exception is raised:
``raise PortTaken(port=3030)``. Pages, API and command line show ``str(error)`` as it is.
"""

import ast
import sys
from functools import cache
from pathlib import Path
from typing import Any


class ToggleError(Exception):
    """Something went wrong that has no better name yet."""

    def __init__(self, **facts: Any) -> None:
        self.facts = facts
        super().__init__(sentence_of(type(self)).format(**facts))


def sentence_of(error: type[ToggleError]) -> str:
    """The sentence of an error, with its facts in braces.

    Args:
        error: a class whose docstring is the sentence.
    """
    docstring = error.__doc__
    if docstring is None:  # Python was started with -OO or PYTHONOPTIMIZE=2
        docstring = _docstrings(error.__module__).get(error.__name__)
    return " ".join((docstring or "").split())


@cache
def _docstrings(module: str) -> dict[str, str | None]:
    """The docstrings of a module's classes by their names, as its source has them."""
    source = Path(str(sys.modules[module].__file__)).read_text(encoding="utf-8")
    classes = (node for node in ast.parse(source).body if isinstance(node, ast.ClassDef))
    return {node.name: ast.get_docstring(node) for node in classes}


# Access: logins and API keys.


class LoginNeeded(ToggleError):
    """Your login has expired, so nothing was changed. Log in and try again."""


class KeyRefused(ToggleError):
    """Invalid API key."""

    challenge = 'Bearer realm="Production Toggle", error="invalid_token"'
    """What the header WWW-Authenticate says (RFC 6750, section 3)."""


class KeyMissing(KeyRefused):
    """This API needs a key. Send it as Authorization: Bearer <key>. The server's administrator can
    create one."""

    challenge = 'Bearer realm="Production Toggle"'


class KeyInAddress(KeyRefused):
    """A key does not belong into an address, which is kept in histories and logs: revoke this one.
    Send its successor in the header Authorization, after the word Bearer."""

    challenge = 'Bearer realm="Production Toggle", error="invalid_request"'


class KeyMalformed(KeyRefused):
    """The header Authorization must be there once, with the word Bearer and one key."""

    challenge = 'Bearer realm="Production Toggle", error="invalid_request"'


class KeyUnknown(KeyRefused):
    """Unknown API key. Check that all of it was copied."""


class KeyRevoked(KeyRefused):
    """The key "{name}" was revoked. Ask the administrator for a new one."""


class KeyExpired(KeyRefused):
    """The key "{name}" has expired. Ask the administrator for a new one."""


class ScopeTooSmall(ToggleError):
    """The key "{name}" has the scope {scope}, and this takes a key with the scope {needed}."""

    @property
    def challenge(self) -> str:
        """What the header WWW-Authenticate says (RFC 6750, section 3)."""
        needed = self.facts["needed"]
        return f'Bearer realm="Production Toggle", error="insufficient_scope", scope="{needed}"'


class TaskOfOthers(ToggleError):
    """The key "{name}" may change only what was submitted with it. One with the scope admin may
    change everything."""

    challenge = 'Bearer realm="Production Toggle", error="insufficient_scope", scope="admin"'


class KeyNameRefused(ToggleError):
    """The name of a key has 1 to {limit} characters that can be seen."""


class KeyNameTaken(ToggleError):
    """There is already a key named "{name}". Choose another name, or revoke that key first."""


class KeyNotFound(ToggleError):
    """There is no key with the id {id}. The command "keys list" shows the ids."""


# Backup and restore.


class BackupExists(ToggleError):
    """There is a file {path} already. Choose another name for the backup."""


class BackupNotWritten(ToggleError):
    """The backup {path} could not be written: {reason}. Choose another place for it."""


class NothingToBackUp(ToggleError):
    """There is nothing to back up: the database at {address} has no tables of this app."""


class BackupUnreadable(ToggleError):
    """The file {path} cannot be restored: {reason}. Nothing was restored."""


class BackupNewer(ToggleError):
    """The backup {path} was made by a newer version of this app. Update the app, then restore
    it."""


class NotEmpty(ToggleError):
    """The database at {address} is not empty: {reason}. A backup is restored into an empty one
    only. Set TOGGLE_DATA_DIR to a new folder, or DATABASE_URL to a new database."""


class DatabaseInUse(ToggleError):
    """The database at {address} is in use (connections of others: {connections:,}). Stop the app,
    its workers and all that reads from it, then try again."""


# Failures of a run.


class BuildFailed(ToggleError):
    """{reason}"""

    tokens_in = 0
    tokens_out = 0


class ContinuationRefused(BuildFailed):
    """The builder {builder} starts every project from scratch. Submit all that you want as a new
    task, or connect a chat model to continue a run: Settings says how."""


class RunDangerous(BuildFailed):
    """It stopped the worker repeatedly: {times} times in a row, the process that worked on this run
    died before a step of it was done. What was made is kept. Continue goes on from there."""


class RunOverdue(BuildFailed):
    """This run took longer than its limit of {limit} and was stopped. What was made is kept:
    Continue goes on from there, with the same time again."""


class TokensUsedUp(BuildFailed):
    """This run has used up its limit of {limit:,} tokens before the code was written. What
    was made is kept. A higher TOGGLE_MAX_TOKENS_PER_RUN lets it go further."""


class ProjectRefused(BuildFailed):
    """The project that came back cannot be kept: {reason}. Try again, or say it in other words."""


class NoBlueprint(BuildFailed):
    """{reason} To build anything else, connect a chat model: Settings says how. The built-in
    builder makes: {offers}."""


# Failures of a chat model. The settings named are those of the file .env.


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
    """The server of {title} failed (error {status}). Try again in a few minutes."""


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
    """{title} did not reply like a chat model. Check the model's address in the file .env."""


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


# The Python client.


class ApiRefused(ToggleError):
    """The server answered {status}: {detail}"""


class ApiKeyRefused(ApiRefused):
    """The server let nobody in ({status}): {detail} This program sends the key that it is given as
    TOGGLE_API_KEY or as Client(key=…)."""


class ApiKeyUnusable(ToggleError):
    """The API key holds characters that no key has. Copy it again, without anything around it."""


class ApiUnreachable(ToggleError):
    """No answer came from {address} ({reason}). Is the server running?"""


# Validation of what is submitted.


class TaskRefused(ToggleError):
    """The task was not accepted."""

    field = "description"


class TaskBlank(TaskRefused):
    """The task is empty. Say in a sentence what should be built."""


class TaskTooLong(TaskRefused):
    """The task has {length:,} characters; at most {limit:,} are accepted."""


class TaskNotText(TaskRefused):
    """The task has a character that is not accepted: {character}, at position {position:,}. It
    cannot be seen, or changes how the text around it looks. Delete it and try again."""


class FieldRefused(TaskRefused):
    """{label}: {reason}. Change it and submit again."""


class PlanRefused(TaskRefused):
    """The plan was not accepted."""

    field = "plan"


class PlanBlank(PlanRefused):
    """The plan is empty. Write what should be built, or leave the plan as it was."""


class PlanTooLong(PlanRefused):
    """The plan has {length:,} characters; at most {limit:,} are accepted."""


class PlanNotText(PlanRefused):
    """The plan has a character that is not accepted: {character}, at position {position:,}. It
    cannot be seen, or changes how the text around it looks. Delete it and try again."""


class ReasonRefused(TaskRefused):
    """A reason has at most {limit:,} characters, all of them text."""

    field = "reason"


class WebhookRefused(TaskRefused):
    """The webhook cannot be used: {reason}."""

    field = "webhook_url"


class IdempotencyKeyRefused(TaskRefused):
    """An Idempotency-Key has 1 to {limit} printable ASCII characters and no spaces."""

    field = "Idempotency-Key"


class IdempotencyConflict(ToggleError):
    """This Idempotency-Key was already used for another task. Use a new key for a new task."""


class PromisesRefused(TaskRefused):
    """{reason}"""

    field = "promises"


# Temporary: the same request succeeds a little later.


class QueueFull(ToggleError):
    """The queue is full ({limit:,} runs are waiting). Nothing was submitted; try again in a
    minute."""

    retry_after = 60


class TooManyRequests(ToggleError):
    """Too many requests. Try again in {seconds:,} s."""

    @property
    def retry_after(self) -> int:
        """Seconds until there is room for one."""
        return int(self.facts["seconds"])


class ExportsBusy(ToggleError):
    """Too many exports are running. Try again in 30 seconds."""

    retry_after = 30


class StreamsBusy(ToggleError):
    """Too many event streams are open. Try again in a few seconds."""

    retry_after = 5


class InsightsPending(ToggleError):
    """The runs of {days:,} days are being counted for the first time. Try again in a few
    seconds."""


class SweepBusy(ToggleError):
    """Another clean-up of the history is running. Try again in a minute."""


class DatabaseAway(ToggleError):
    """The database cannot be reached at the moment. Nothing that was accepted is lost; try again
    in a few seconds."""


# Lists, filters, saved views and exports.


class CursorRefused(ToggleError):
    """Invalid page link. Start again from the first page."""

    field = "cursor"


class ChangeCursorRefused(ToggleError):
    """Invalid cursor of changes. Start again with an empty changed_since."""

    field = "changed_since"


class ChangeCursorTooOld(ChangeCursorRefused):
    """This cursor is older than the record of deleted runs, which goes back {days} days. Start
    again with an empty changed_since, and drop the runs that you do not receive again."""


class FilterRefused(ToggleError):
    """{field}: {reason}."""

    @property
    def field(self) -> str:
        """Name of the parameter that was wrong."""
        return str(self.facts["field"])


class ViewNameRefused(ToggleError):
    """The name of a view has 1 to {limit} characters that can be seen."""

    field = "name"


class ViewNameTaken(ToggleError):
    """There is already a view named {name}. Choose another name."""


class ViewsFull(ToggleError):
    """There are {limit} saved views already. Delete one first."""


class ViewNotFound(ToggleError):
    """This view no longer exists."""


class ExportNotWritten(ToggleError):
    """The file {path} could not be written: {reason}. Choose another folder with --output."""


# A run is missing, or its state does not allow what was asked.


class RunNotFound(ToggleError):
    """There is no run with this id."""


class SameRun(ToggleError):
    """Both are the same run. Choose two different ones to compare."""


class NotRetryable(ToggleError):
    """Only a run that failed or was cancelled can be continued. Run it again instead."""


class NotCancellable(ToggleError):
    """This run has already ended, so it cannot be cancelled."""


class StepsCleared(NotRetryable):
    """The steps of this run have been cleared away, so it cannot be continued. Run it again
    instead."""


class NotReviewing(ToggleError):
    """This run is not waiting for a review of its plan."""


class NotContinuable(ToggleError):
    """You can request changes once a run has finished and produced files."""


class CheckpointNotFound(ToggleError):
    """This run has no such step. Its steps may have been cleared away; run it again instead."""


class NothingFollows(ToggleError):
    """This is the last step of the run: nothing follows it. Choose an earlier step, or change the
    plan."""


class FilesMissing(ToggleError):
    """This run has no files yet. Wait until its code is written."""


class PictureNotFound(ToggleError):
    """This run has no such picture."""


class RunProcessing(ToggleError):
    """This run is still being worked on. Cancel it first, then delete it."""


# Start-up.


class StartError(ToggleError):
    """The app could not start."""


class SettingRefused(StartError):
    """The setting {name} cannot be used: {reason}."""


class BuilderUnknown(StartError):
    """The setting TOGGLE_BUILDER is {value}, which cannot be loaded: {reason}. Use blueprints, or
    module:Class of a builder of your own."""


class LoginIncomplete(StartError):
    """The login is set up in part only: {missing} is missing. Set all of it, or none of it, so that
    the dashboard is never open by mistake. docs/login.md says how."""


class LoginElsewhere(StartError):
    """Streamlit found a table [auth] that this app does not read. Move it to the file
    .streamlit/secrets.toml in the folder of the project."""


class LoginPackageMissing(StartError):
    """The login needs the package Authlib, which is not installed. Run: pip install Authlib."""


class TracingPackageMissing(StartError):
    """OTEL_EXPORTER_OTLP_ENDPOINT asks for traces, and their packages are not installed. Run: pip
    install opentelemetry-sdk opentelemetry-exporter-otlp-proto-http."""


class DashboardOpen(StartError):
    """The dashboard would listen on {host}, where others can reach it, and ask nobody who they are.
    Set up a login (docs/login.md says how), listen on 127.0.0.1, or let everybody in with
    TOGGLE_ALLOW_ANONYMOUS=1."""


class ApiOpen(StartError):
    """The API would listen on {host}, where others can reach it, and ask nobody for a key. Set
    TOGGLE_API_AUTH=required and create a key (the command "keys create"), listen on
    127.0.0.1, or let everybody in with TOGGLE_ALLOW_ANONYMOUS=1."""


class PortTaken(StartError):
    """Port {port} is already in use by another program. Stop that program, or set {setting} to
    another number."""


class DatabaseUnreachable(StartError):
    """Postgres at {address} cannot be reached: {reason}. Check DATABASE_URL and that the server
    is running."""


class ConnectionsTooFew(StartError):
    """Postgres at {address} allows {limit} connections, and {taken} of them are spoken for. This
    process may need {needed}. Raise max_connections there, lower TOGGLE_WORKER_THREADS, or put
    PgBouncer between them: docs/operations.md says how."""


class DatabaseTooOld(StartError):
    """Postgres {version} at {address} is too old: version {oldest} or newer is needed."""


class DatabaseNotUnicode(StartError):
    """The database at {address} keeps text as {encoding}, which has not every character. Make one
    with ENCODING 'UTF8' TEMPLATE template0 for this app."""


class DatabaseForbids(StartError):
    """Postgres at {address} does not let this app make its tables: {reason}. Give the user in
    DATABASE_URL a database of its own, or the right to create there."""


class DatabaseNewer(StartError):
    """The tables in Postgres at {address} were made by a newer version of this app. Update the
    app, or use another database."""


# Start-up of the embedded Postgres.


class DatabaseMissing(StartError):
    """There is no embedded Postgres for this machine ({reason}). On Windows, run the app inside
    WSL; elsewhere, set DATABASE_URL to a Postgres server of your own."""


class DatabaseNotRunnable(StartError):
    """The embedded Postgres does not run on this machine: {reason}. Set DATABASE_URL to a Postgres
    server of your own."""


class DatabaseUserMissing(StartError):
    """Postgres refuses to run as root, and the system user "{user}" it should run as cannot be
    used: {reason}. Start the app as an ordinary user, or set DATABASE_URL to a Postgres server of
    your own."""


class DatabaseUserNameless(StartError):
    """The app runs as user {user}, who has no name on this system. To make a database Postgres
    needs one, and lending one did not work: {reason}. Add the line
    toggle:x:{user}:0::/tmp:/bin/false to /etc/passwd, start the app as a user with a name, or set
    DATABASE_URL to a Postgres server of your own."""


class DataFolderPrivate(StartError):
    """The database runs as the user "{user}", who may not enter {private}. Set TOGGLE_DATA_DIR to a
    folder outside it, for example {instead}, or start the app as an ordinary user."""


class DataFolderNotWritable(StartError):
    """The data folder {folder} cannot be used: {reason}. Set TOGGLE_DATA_DIR to a folder of your
    own."""


class DataFolderIsFile(StartError):
    """The data folder cannot be made, because {path} is not a folder. Set TOGGLE_DATA_DIR to
    another place."""


class DataFolderNotPostgres(StartError):
    """{folder} is not empty and holds no Postgres database. Move it away, or set TOGGLE_DATA_DIR to
    another place."""


class DataFolderOtherVersion(StartError):
    """The data in {folder} was written by Postgres {found}, and this app brings Postgres {ours}.
    Set TOGGLE_DATA_DIR to another place, or move the data over with pg_dump."""


class SocketFolderUnsafe(StartError):
    """The folder {folder} does not belong to the database's user alone, so the database will not be
    reached through it. Remove it, or set TOGGLE_DATA_DIR to a shorter path."""


class DiskFull(StartError):
    """The disk that holds {folder} is full. Make room, or set TOGGLE_DATA_DIR to another disk."""


class DatabaseBusy(StartError):
    """Another process has been starting or stopping the database in {folder} for {seconds:.0f} s.
    Try again in a moment."""


class DatabaseNotStarted(StartError):
    """The embedded database did not start: {reason}. More is in {log}."""


# A worker stops before the end of a run, which this or another worker continues.


class LeaseLost(ToggleError):
    """Another worker has taken this run over; what this one still writes is not recorded."""


class CheckpointOutOfOrder(ToggleError):
    """A checkpoint was older than the one it follows. The run will be continued from its last."""


class RunInterrupted(ToggleError):
    """The run stopped before its end and will be continued from its last checkpoint."""


class TransitionRefused(ToggleError):
    """A run that is {state} cannot make the transition "{transition}"."""


# Apps: made programs that people use.


class AppsOff(ToggleError):
    """Apps cannot be opened here: TOGGLE_APPS is off."""


class AppsElsewhere(ToggleError):
    """Apps cannot be opened here: {reason}"""


class NothingToOpen(ToggleError):
    """This run has no program that can be opened here. Download it to use it."""


class AppNotAllowed(ToggleError):
    """This link is not valid any more. Open the app again from its run."""


class TooMuchData(ToggleError):
    """The app has stored more than {limit} MB, so what is new will not be kept."""
