"""The compiled filter, run by a small interpreter, decides as the policy says."""

import errno
import struct

import pytest

from toggle_core.gates.sandbox import bpf
from toggle_core.gates.sandbox.bpf import ALLOW, KILL_PROCESS, pretend, refuse
from toggle_core.gates.sandbox.seccomp import build_filter
from toggle_core.gates.sandbox.syscalls import MACHINES, NEWEST_KNOWN, X32_BIT, Machine

NO, UNKNOWN = refuse(errno.EPERM), refuse(errno.ENOSYS)
CLONE_NEWUSER, SIGCHLD = 0x10000000, 17
STREAM, DATAGRAM, RAW, CLOEXEC = 1, 2, 3, 0x80000
# read, write, openat, mmap, futex, execve, exit_group
USUAL = {"x86_64": (0, 1, 257, 9, 202, 59, 231), "aarch64": (63, 64, 56, 222, 98, 221, 94)}


def decide(program: bytes, machine: Machine, number: int, *arguments: int) -> int:
    """Run a filter on one call, as the kernel does, and return its action."""
    six = [*arguments, 0, 0, 0, 0, 0, 0][:6]
    data = struct.pack("<IIQ6Q", number, machine.audit, 0, *six)
    lines: list[tuple[int, int, int, int]] = list(struct.iter_unpack("=HBBI", program))
    accumulator, position = 0, 0
    while True:
        code, if_true, if_false, operand = lines[position]
        position += 1
        if code == bpf.RETURN:
            return operand
        if code == bpf.LOAD_WORD:
            (accumulator,) = struct.unpack_from("<I", data, operand)
        elif code == bpf.AND:
            accumulator &= operand
        else:
            outcome = {
                bpf.JUMP_EQUAL: accumulator == operand,
                bpf.JUMP_AT_LEAST: accumulator >= operand,
                bpf.JUMP_ANY_BIT: bool(accumulator & operand),
            }[code]
            position += if_true if outcome else if_false


@pytest.fixture(params=MACHINES)
def machine(request: pytest.FixtureRequest) -> Machine:
    """Each machine a filter is written for."""
    return MACHINES[request.param]


@pytest.fixture
def rules(machine: Machine) -> bytes:
    """The filter used with namespaces."""
    return build_filter(machine, namespaces=True)


def test_a_filter_has_a_size_the_kernel_takes(machine: Machine) -> None:
    for namespaces in (True, False):
        assert len(build_filter(machine, namespaces=namespaces)) % 8 == 0
        assert len(build_filter(machine, namespaces=namespaces)) // 8 < 4096


@pytest.mark.parametrize("name", MACHINES)
def test_usual_calls_are_allowed(name: str) -> None:
    machine = MACHINES[name]
    for namespaces in (True, False):
        rules = build_filter(machine, namespaces=namespaces)
        assert {decide(rules, machine, number) for number in USUAL[name]} == {ALLOW}


def test_calls_of_another_machine_end_the_process(rules: bytes) -> None:
    for audit in (0x40000003, 0x40000028, 0):  # 32-bit x86, 32-bit ARM
        assert decide(rules, Machine(audit, {}), 0) == KILL_PROCESS


def test_calls_by_the_x32_table_end_the_process(machine: Machine, rules: bytes) -> None:
    assert decide(rules, machine, X32_BIT) == KILL_PROCESS
    assert decide(rules, machine, X32_BIT + 59) == KILL_PROCESS


def test_calls_newer_than_the_list_are_unknown(machine: Machine, rules: bytes) -> None:
    assert decide(rules, machine, NEWEST_KNOWN) == ALLOW
    for number in (NEWEST_KNOWN + 1, 470, 10_000):
        assert decide(rules, machine, number) == UNKNOWN


@pytest.mark.parametrize(
    "name",
    [
        *("ptrace", "mount", "umount2", "pivot_root", "chroot", "unshare", "setns", "bpf"),
        *("perf_event_open", "userfaultfd", "io_uring_setup", "keyctl", "add_key", "init_module"),
        *("finit_module", "kexec_load", "reboot", "settimeofday", "clock_settime", "adjtimex"),
        *("open_by_handle_at", "process_vm_readv", "pidfd_getfd", "move_mount", "fsopen", "syslog"),
        *("shmget", "msgget", "semget", "mq_open", "swapon", "acct", "sethostname"),
    ],
)
def test_a_dangerous_call_is_refused(machine: Machine, rules: bytes, name: str) -> None:
    assert decide(rules, machine, machine.numbers[name]) == NO


@pytest.mark.parametrize("name", ["clone3", "memfd_create", "memfd_secret"])
def test_a_call_with_an_older_way_is_unknown(machine: Machine, rules: bytes, name: str) -> None:
    assert decide(rules, machine, machine.numbers[name]) == UNKNOWN


def test_processes_may_be_started_but_no_namespaces(machine: Machine, rules: bytes) -> None:
    number = machine.numbers["clone"]
    assert decide(rules, machine, number, SIGCHLD) == ALLOW
    assert decide(rules, machine, number, 0x003D0F00) == ALLOW  # as for a thread
    assert decide(rules, machine, number, CLONE_NEWUSER | SIGCHLD) == NO
    assert decide(rules, machine, number, 0x80) == NO


@pytest.mark.parametrize("option", [7, 8, 32, 33])
def test_larger_socket_buffer_seems_to_be_given(
    machine: Machine, rules: bytes, option: int
) -> None:
    number = machine.numbers["setsockopt"]
    assert decide(rules, machine, number, 3, 1, option) == pretend()
    assert decide(rules, machine, number, 3, 6, option) == ALLOW  # of TCP, not of the socket


@pytest.mark.parametrize("option", [2, 6, 9, 13, 15, 20, 21])
def test_other_socket_options_are_allowed(machine: Machine, rules: bytes, option: int) -> None:
    assert decide(rules, machine, machine.numbers["setsockopt"], 3, 1, option) == ALLOW


def test_size_of_a_pipe_may_not_be_changed(machine: Machine, rules: bytes) -> None:
    number = machine.numbers["fcntl"]
    assert decide(rules, machine, number, 3, 1031) == NO
    assert {decide(rules, machine, number, 3, command) for command in (1, 2, 3, 4, 1032)} == {ALLOW}


@pytest.mark.parametrize("family", [1, 2, 10])
def test_ordinary_sockets_are_allowed_and_raw_ones_refused(
    machine: Machine, rules: bytes, family: int
) -> None:
    number = machine.numbers["socket"]
    assert decide(rules, machine, number, family, STREAM | CLOEXEC) == ALLOW
    assert decide(rules, machine, number, family, DATAGRAM) == ALLOW
    assert decide(rules, machine, number, family, RAW) == NO
    assert decide(rules, machine, number, family, RAW | CLOEXEC) == NO


@pytest.mark.parametrize("family", [0, 15, 16, 17, 31, 38, 40, 44])
def test_odd_socket_families_are_refused(machine: Machine, rules: bytes, family: int) -> None:
    number = machine.numbers["socket"]
    assert decide(rules, machine, number, family, STREAM) == refuse(errno.EAFNOSUPPORT)


def test_typing_into_a_terminal_is_refused(machine: Machine, rules: bytes) -> None:
    number = machine.numbers["ioctl"]
    for request in (0x5412, 0x541C, 0x5423):
        assert decide(rules, machine, number, 0, request) == NO
        assert decide(rules, machine, number, 0, 0xFFFFFFFF00000000 | request) == NO
    assert decide(rules, machine, number, 0, 0x5413) == ALLOW


def test_limits_of_others_may_not_be_changed(machine: Machine, rules: bytes) -> None:
    number = machine.numbers["prlimit64"]
    assert decide(rules, machine, number, 0) == ALLOW
    assert decide(rules, machine, number, 1) == NO


def test_the_personality_may_only_be_asked_for(machine: Machine, rules: bytes) -> None:
    number = machine.numbers["personality"]
    assert decide(rules, machine, number, 0xFFFFFFFF) == ALLOW
    assert decide(rules, machine, number, 0x0040000) == NO


def test_without_namespaces_sockets_and_attributes_are_refused(machine: Machine) -> None:
    rules = build_filter(machine, namespaces=False)
    for name in ("socket", "fchmodat", "fchownat", "utimensat", "setxattr", "setpriority"):
        assert decide(rules, machine, machine.numbers[name], 1, STREAM) == NO


def test_with_namespaces_attributes_may_be_changed(machine: Machine, rules: bytes) -> None:
    for name in ("fchmodat", "fchownat", "utimensat", "setpriority"):
        assert decide(rules, machine, machine.numbers[name]) == ALLOW


def test_no_jump_goes_further_than_it_can() -> None:
    with pytest.raises(ValueError, match="255"):
        bpf.when_equal(1, [bpf.act(ALLOW)] * 256)
