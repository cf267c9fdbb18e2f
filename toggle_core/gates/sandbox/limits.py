"""How much a job in the sandbox may use."""

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one job. The sums over all its processes are watched, the rest the kernel enforces.

    Attributes:
        processor_seconds: processor time, user and system, of all processes together.
        idle_seconds: for which the job may neither work, nor wait for a processor, nor write.
        wall_seconds: wall-clock time; much more than the others, for a machine that is busy.
        memory_bytes: resident memory of all processes together.
        address_space_bytes: address space of one process; None: no limit, for what reserves far
            more than it uses.
        processes: processes and threads at one time.
        open_files: descriptors of one process.
        file_bytes: size of one file.
        disk_bytes: size of each writable folder; these live in memory.
        files: files and folders in each writable folder.
        output_bytes: what is kept of each output stream; what follows is dropped and said so.
        flood_bytes: a job that writes more than this to a stream is ended.
        report_bytes: what the harness may report.
        look_seconds: between two looks at the sums; a process fills some 100 MB in the default.
    """

    processor_seconds: float = 20.0
    idle_seconds: float = 30.0
    wall_seconds: float = 600.0
    memory_bytes: int = 1024 * MIB
    address_space_bytes: int | None = 4096 * MIB
    processes: int = 64
    open_files: int = 256
    file_bytes: int = 32 * MIB
    disk_bytes: int = 64 * MIB
    files: int = 20_000
    output_bytes: int = 64 * 1024
    flood_bytes: int = 64 * MIB
    report_bytes: int = 8 * MIB
    look_seconds: float = 0.05
