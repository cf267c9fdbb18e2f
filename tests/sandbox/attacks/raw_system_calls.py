"""Ask the kernel directly, past Python and the C library."""

import ctypes
import errno
import platform

from told import reached, refused

X86 = {
    "ptrace": 101, "process_vm_readv": 310, "mount": 165, "umount2": 166, "pivot_root": 155,
    "unshare": 272, "setns": 308, "bpf": 321, "perf_event_open": 298, "userfaultfd": 323,
    "io_uring_setup": 425, "keyctl": 250, "add_key": 248, "init_module": 175,
    "finit_module": 313, "kexec_load": 246, "reboot": 169, "swapon": 167, "acct": 163,
    "settimeofday": 164, "clock_settime": 227, "adjtimex": 159, "sethostname": 170, "iopl": 172,
    "ioperm": 173, "syslog": 103, "open_by_handle_at": 304, "name_to_handle_at": 303,
    "fsopen": 430, "open_tree": 428, "move_mount": 429, "mount_setattr": 442, "clone3": 435,
    "memfd_create": 319, "memfd_secret": 447, "pidfd_getfd": 438, "kcmp": 312, "quotactl": 179,
    "fanotify_init": 300, "modify_ldt": 154, "personality": 135, "vmsplice": 278,
    "a call to come": 470,
}  # fmt: skip
ARM = {
    "ptrace": 117, "mount": 40, "unshare": 97, "setns": 268, "bpf": 280, "perf_event_open": 241,
    "userfaultfd": 282, "io_uring_setup": 425, "keyctl": 219, "init_module": 105,
    "open_by_handle_at": 265, "fsopen": 430, "clone3": 435, "personality": 92,
    "a call to come": 470,
}  # fmt: skip
NO = {errno.EPERM, errno.ENOSYS}
ADDRESS_NO_RANDOMIZE = 0x0040000
libc = ctypes.CDLL(None, use_errno=True)
for name, number in (X86 if platform.machine() == "x86_64" else ARM).items():
    ctypes.set_errno(0)
    result = libc.syscall(number, ADDRESS_NO_RANDOMIZE, 0, 0, 0, 0, 0)
    code = ctypes.get_errno()
    said_no = result == -1 and code in NO
    refused(name) if said_no else reached(f"{name}: {result}, {errno.errorcode.get(code)}")
