"""Make system calls by the 32-bit table, whose numbers a careless filter misreads."""

import ctypes
import mmap
import os
import platform

import told

CODE = {
    # mov eax, 20 (getpid of the 32-bit table); int 0x80; ret
    "x86_64": bytes.fromhex("b814000000cd80c3"),
}
child = os.fork()
if child == 0:
    if platform.machine() not in CODE:
        libc = ctypes.CDLL(None)
        libc.syscall(0x40000000 + 39)
        os._exit(1)
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(CODE[platform.machine()])
    address = ctypes.addressof(ctypes.c_char.from_buffer(page))
    ctypes.CFUNCTYPE(ctypes.c_int)(address)()
    os._exit(0)
_, status = os.waitpid(child, 0)
if os.WIFSIGNALED(status):
    told.refused(f"the process was ended by signal {os.WTERMSIG(status)}")
else:
    told.reached("the 32-bit table")
