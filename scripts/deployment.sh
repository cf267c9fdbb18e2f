#!/bin/sh
# Prove on this machine that the compose file brings up what docs/deployment.md promises.
#
#   sh scripts/deployment.sh check
#
# Builds and starts everything as a project of its own, so that nothing else is touched, gives it
# tasks, kills a worker, stops it, and deletes it again. Takes a few minutes, the first time longer.
# Needs curl and Docker Compose 2.24 or newer.
#
#   COMPOSE             the command, where it is neither "docker compose" nor "docker-compose"
#   WEB_PORT, API_PORT  free ports of this machine; 3030 and 8002
set -eu
cd "$(dirname "$0")/.."
: "${WEB_PORT:=3030}" "${API_PORT:=8002}"
export WEB_PORT API_PORT IMAGE_TAG=check DATABASE_URL='' DATABASE_PASSWORD=check
web=http://localhost:$WEB_PORT api=http://localhost:$API_PORT

case ${1:-} in
  check) ;;
  *) sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p;}' "$0"; exit 2;;
esac

if [ -z "${COMPOSE:-}" ]; then
  if docker compose version >/dev/null 2>&1; then COMPOSE="docker compose"; else COMPOSE=docker-compose; fi
fi
for needed in "${COMPOSE%% *}" curl; do
  command -v "$needed" >/dev/null 2>&1 || { echo "$needed is needed, and is not installed." >&2; exit 2; }
done
log=$(mktemp)

compose() {
  # shellcheck disable=SC2086  # several words
  $COMPOSE --project-name production-toggle-check --env-file /dev/null \
    -f docker-compose.yml -f deploy/check.yml "$@"
}
quietly() { "$@" >>"$log" 2>&1; }

step=
begin() { step=$1; began=$(date +%s); echo "... $step"; }
passed() { echo "    passed ($(($(date +%s) - began)) s)"; }
fail() { echo "    FAILED: $1"; exit 1; }

finish() {
  status=$?
  trap - EXIT INT TERM
  if [ "$status" != 0 ]; then
    echo "The check failed at: $step. The last lines:"
    tail -n 30 "$log"
    compose ps --all || true
    compose logs --no-color --tail 20 web api worker || true
  fi
  quietly compose down --volumes --remove-orphans --timeout 10 || echo "Not everything could be deleted: $log"
  [ "$status" != 0 ] || rm -f "$log"
  exit "$status"
}
trap finish EXIT
trap 'exit 130' INT TERM

# Ask until it is true, at most so many seconds.
within() {
  deadline=$(($(date +%s) + $1)); shift
  until "$@"; do
    [ "$(date +%s)" -lt "$deadline" ] || return 1
    sleep 1
  done
}

fetch() { curl --fail --silent --show-error --max-time 10 "$@" 2>>"$log"; }
field() { sed -n "s/.*[{,]\"$1\":\"\{0,1\}\([^\",}]*\).*/\1/p"; }
submit() {
  fetch "$api/api/tasks" --header 'Content-Type: application/json' \
    --data "{\"description\": \"$1\", \"production\": $2}" | field task_id
}
task_is() { [ "$(fetch "$api/api/tasks/$1" | field "$2")" = "$3" ]; }
published() { compose ps web api worker db --format '{{.Service}} {{.Ports}}' | sort -r | tr ' ,' '[\n*]' | grep -e '->' | xargs; }
killed() { [ -n "$(compose ps --all --quiet --status exited worker)" ]; }
in_worker() { number=$1; shift; compose exec -T --index "$number" worker "$@"; }

up() { quietly compose up --detach --wait --wait-timeout 180 "$@" || fail "not everything became healthy"; }

begin "The compose file is valid"
quietly compose config --quiet || fail "compose does not accept it"
passed

begin "The image is built"
quietly compose build || fail "it was not built"
passed

begin "Every service becomes healthy"
up
passed

begin "Only the dashboard and the API can be reached, and from this machine only"
[ "$(published)" = "127.0.0.1:$WEB_PORT->3030/tcp 127.0.0.1:$API_PORT->8002/tcp" ] || fail "published: $(published)"
passed

begin "No process is root, and nothing can change the program"
for service in web api worker; do
  [ "$(compose exec -T "$service" id -u)" = 10001 ] || fail "the service $service has another user"
  if quietly compose exec -T "$service" touch /app/changed; then fail "the service $service can write to /app"; fi
done
passed

begin "The worker can confine programs"
confined="from toggle_core.gates.sandbox.state import available; state = available(); print(state)
raise SystemExit(state.backend is None or state.backend.name != 'bubblewrap')"
quietly in_worker 1 python -c "$confined" || fail "bubblewrap does not work in it"
passed

begin "A task given to the API is completed by the worker, and proved to be ready"
task=$(submit "Create a hello world app" true)
within 90 task_is "$task" status completed || fail "it is not completed after 90 s"
task_is "$task" verdict production-ready || fail "not all checks passed: $(fetch "$api/api/tasks/$task" | field verdict)"
passed

begin "A program that is a server is proved as well"
server=$(submit "Create a URL shortener" true)
within 90 task_is "$server" status completed || fail "it is not completed after 90 s"
task_is "$server" verdict production-ready || fail "not all checks passed: $(fetch "$api/api/tasks/$server" | field verdict)"
passed

begin "The dashboard answers, and shows the same tasks"
fetch "$web/" | grep -qi '<title>' || fail "there is no page"
fetch "$web/_stcore/health" | grep -q ok || fail "its server is not well"
fetch "$web/api/tasks" | grep -q "$task" || fail "the task is not listed"
passed

begin "A worker is killed in the middle of its work, and another one takes over"
CHECK_BUILDER=waiting_builder:Waiting; export CHECK_BUILDER
up --no-deps worker
task=$(submit "Wait for me" false)
within 30 task_is "$task" stage coding || fail "the first worker did not begin"
up --no-deps --no-recreate --scale worker=2 worker
quietly in_worker 1 sh -c 'kill -KILL -1' || true
within 10 killed || fail "the first worker is still alive"
quietly in_worker 2 touch /tmp/go
within 60 task_is "$task" status completed || fail "the task is not completed after 60 s"
task_is "$task" takeovers 1 || fail "it was not taken over"
passed

begin "Every service stops by itself within ten seconds, in the middle of a task as well"
quietly in_worker 2 rm /tmp/go
halted=$(submit "Create a hello world app" false)
within 30 task_is "$halted" stage coding || fail "the worker did not begin"
quietly compose stop
# After its stop_grace_period, ten seconds, a service is killed: code 137.
if compose ps --all --format '{{.Name}} {{.ExitCode}}' | grep -v -e '-worker-1 ' | grep ' 137$'; then fail "it had to be killed"; fi
passed

begin "All is still there after everything was taken down and started again, and the task goes on"
unset CHECK_BUILDER
quietly compose down
up
fetch "$api/api/tasks/$task" | grep -q '"status":"completed"' || fail "what was built is gone"
within 60 task_is "$halted" status completed || fail "the task that was stopped is not completed after 60 s"
passed

begin "Everything can be deleted"
quietly compose down --volumes || fail "it cannot"
[ -z "$(compose ps --all --quiet)" ] || fail "something is left"
passed
echo "The deployment works: all checks passed."
