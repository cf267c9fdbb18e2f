"""The seccomp filter: which system calls untrusted code is refused, and how.

A list of refused calls, because an interpreter and its tools need most of the others; calls newer
than the list are refused altogether. What the list is for is written beside each group.
"""

import errno

from toggle_core.gates.sandbox.bpf import (
    ALLOW,
    AND,
    ARCHITECTURE_OFFSET,
    KILL_PROCESS,
    NUMBER_OFFSET,
    Instruction,
    act,
    assemble,
    load,
    load_argument,
    pretend,
    refuse,
    unless_among,
    when_any_bit,
    when_at_least,
    when_equal,
)
from toggle_core.gates.sandbox.syscalls import NEWEST_KNOWN, X32_BIT, Machine

_OTHER_PROCESSES = (
    "ptrace process_vm_readv process_vm_writev kcmp pidfd_getfd process_madvise process_mrelease"
)
_MOUNTS = (
    "mount umount2 pivot_root chroot move_mount open_tree fsopen fsconfig fsmount fspick "
    "mount_setattr statmount listmount name_to_handle_at open_by_handle_at"
)
_NAMESPACES = "unshare setns"
_KERNEL_SURFACE = (
    "bpf perf_event_open userfaultfd io_uring_setup io_uring_enter io_uring_register add_key "
    "request_key keyctl fanotify_init fanotify_mark vmsplice migrate_pages move_pages mbind "
    "set_mempolicy set_mempolicy_home_node modify_ldt uselib _sysctl ustat sysfs nfsservctl "
    "lookup_dcookie"
)
_WHOLE_MACHINE = (
    "create_module init_module finit_module delete_module query_module get_kernel_syms kexec_load "
    "kexec_file_load reboot swapon swapoff acct quotactl quotactl_fd settimeofday clock_settime "
    "clock_adjtime adjtimex sethostname setdomainname iopl ioperm syslog vhangup"
)
# Memory that belongs to no process would be missed by the sum over the tree.
_UNCOUNTED_MEMORY = "shmget shmat shmctl semget msgget mq_open"
_REFUSED = " ".join(
    (
        _OTHER_PROCESSES,
        _MOUNTS,
        _NAMESPACES,
        _KERNEL_SURFACE,
        _WHOLE_MACHINE,
        _UNCOUNTED_MEMORY,
    )
).split()

# ENOSYS makes the C library use the older call, whose arguments the filter can read.
_UNKNOWN = ("clone3", "memfd_create", "memfd_secret")

# Landlock governs opening, not the attributes of a path, nor processes outside signals.
_ATTRIBUTES_OF_PATHS = (
    "chmod fchmodat fchmodat2 chown lchown fchownat setxattr lsetxattr removexattr lremovexattr "
    "utime utimes futimesat utimensat inotify_init inotify_init1"
)
_SCHEDULING_OF_OTHERS = (
    "setpriority ioprio_set sched_setaffinity sched_setscheduler sched_setparam sched_setattr"
)
_REFUSED_WITHOUT_NAMESPACES = " ".join(
    ("socket", _ATTRIBUTES_OF_PATHS, _SCHEDULING_OF_OTHERS)
).split()

_NEW_NAMESPACE_FLAGS = 0x7E020080  # CLONE_NEW{NS,CGROUP,UTS,IPC,USER,PID,NET,TIME}
_SOCKET_FAMILIES = (1, 2, 10)  # AF_UNIX, AF_INET, AF_INET6
_SOCKET_TYPES = (1, 2, 5)  # SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET
_SOCKET_TYPE_MASK = 0xF
_TERMINAL_REQUESTS = (0x5412, 0x541C, 0x5423)  # TIOCSTI, TIOCLINUX, TIOCSETD
# From asm-generic/socket.h: SO_SNDBUF, SO_RCVBUF, SO_SNDBUFFORCE, SO_RCVBUFFORCE. The buffers are
# memory of no process; ordinary programs ask for larger ones and do well without.
_SOL_SOCKET = 1
_BUFFER_SIZES = (7, 8, 32, 33)
_F_SETPIPE_SZ = 1031
_HARMLESS_PERSONALITIES = (0, 0xFFFFFFFF)  # the usual one, and the question which it is


def build_filter(machine: Machine, *, namespaces: bool) -> bytes:
    """Return the compiled filter, an array of ``struct sock_filter``.

    Args:
        machine: the architecture to write it for.
        namespaces: False where no namespace hides files, network and processes (the Landlock
            fallback): sockets, changes of file attributes and scheduling are refused too.
    """
    refused = _REFUSED if namespaces else _REFUSED + _REFUSED_WITHOUT_NAMESPACES
    program = [
        load(ARCHITECTURE_OFFSET),
        *unless_among([machine.audit], [act(KILL_PROCESS)]),
        load(NUMBER_OFFSET),
        *when_at_least(X32_BIT, [act(KILL_PROCESS)]),
        *when_at_least(NEWEST_KNOWN + 1, [act(refuse(errno.ENOSYS))]),
    ]
    for name in _UNKNOWN:
        program += _rule(machine, name, [act(refuse(errno.ENOSYS))])
    for name in refused:
        program += _rule(machine, name, [act(refuse(errno.EPERM))])
    for name, body in _argument_rules().items():
        program += _rule(machine, name, body)
    return assemble([*program, act(ALLOW)])


def _rule(machine: Machine, name: str, body: list[Instruction]) -> list[Instruction]:
    number = machine.numbers.get(name)
    return [] if number is None else when_equal(number, body)


def _argument_rules() -> dict[str, list[Instruction]]:
    """Return calls refused only with some arguments; each body ends in an action."""
    no = [act(refuse(errno.EPERM))]
    yes = act(ALLOW)
    return {
        "clone": [load_argument(0), *when_any_bit(_NEW_NAMESPACE_FLAGS, no), yes],
        "socket": [
            load_argument(0),
            *unless_among(_SOCKET_FAMILIES, [act(refuse(errno.EAFNOSUPPORT))]),
            load_argument(1),
            Instruction(AND, _SOCKET_TYPE_MASK),
            *unless_among(_SOCKET_TYPES, no),
            yes,
        ],
        "ioctl": [
            load_argument(1),
            *(line for request in _TERMINAL_REQUESTS for line in when_equal(request, no)),
            yes,
        ],
        "setsockopt": [
            load_argument(1),
            *unless_among([_SOL_SOCKET], [yes]),
            load_argument(2),
            *(line for size in _BUFFER_SIZES for line in when_equal(size, [act(pretend())])),
            yes,
        ],
        "fcntl": [load_argument(1), *when_equal(_F_SETPIPE_SZ, no), yes],
        "prlimit64": [load_argument(0), *unless_among([0], no), yes],
        "personality": [load_argument(0), *unless_among(_HARMLESS_PERSONALITIES, no), yes],
    }
