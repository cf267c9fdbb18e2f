"""The parts around a sandbox, each by itself."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from toggle_core.gates.sandbox.disk import holds_too_much, remove_all
from toggle_core.gates.sandbox.limits import Limits
from toggle_core.gates.sandbox.stream import Stream
from toggle_core.gates.sandbox.toolbox import interpreter, tool_paths
from toggle_core.gates.sandbox.tree import process_tree, resident_bytes


def feed(stream: Stream, *pieces: bytes) -> None:
    for piece in pieces:
        reading, writing = os.pipe()
        os.write(writing, piece)
        os.close(writing)
        stream.read(reading)
        os.close(reading)


def test_a_short_stream_is_kept_as_it_is() -> None:
    stream = Stream(Limits(output_bytes=10))
    feed(stream, b"12345", b"67890")
    assert stream.text() == "1234567890"


def test_a_long_stream_is_cut_and_counted() -> None:
    stream = Stream(Limits(output_bytes=4))
    feed(stream, b"123456", b"789")
    assert stream.text() == "1234\n[cut here: 5 more bytes were written]\n"


def test_a_flood_is_noticed() -> None:
    stream = Stream(Limits(output_bytes=4, flood_bytes=8))
    feed(stream, b"12345678")
    assert not stream.flooded
    feed(stream, b"9")
    assert stream.flooded


def test_the_end_of_a_stream_is_told() -> None:
    reading, writing = os.pipe()
    os.close(writing)
    assert not Stream(Limits()).read(reading)
    os.close(reading)


def test_a_folder_within_its_bounds_is_accepted(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b").write_bytes(bytes(4096))
    assert not holds_too_much(tmp_path, Limits(files=2, disk_bytes=65_536))


def test_too_many_files_are_noticed(tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / str(number)).touch()
    assert holds_too_much(tmp_path, Limits(files=2))


def test_too_many_bytes_are_noticed(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b").write_bytes(os.urandom(100_000))
    assert holds_too_much(tmp_path, Limits(disk_bytes=50_000))


def test_folders_nested_too_deep_are_noticed(tmp_path: Path) -> None:
    (tmp_path / "/".join(["d"] * 120)).mkdir(parents=True)
    assert holds_too_much(tmp_path, Limits())


def test_links_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "out").symlink_to("/")
    assert not holds_too_much(tmp_path, Limits(files=1))


def test_removing_follows_no_link_and_minds_no_depth(tmp_path: Path) -> None:
    kept, filled = tmp_path / "kept", tmp_path / "filled"
    kept.mkdir(mode=0o700)
    (kept / "file").write_text("x")
    filled.mkdir()
    (filled / "link").symlink_to(kept)
    (filled / "closed").mkdir(mode=0)
    code = "import os\nfor _ in range(50):\n    os.mkdir('d' * 99)\n    os.chdir('d' * 99)\n"
    subprocess.run([sys.executable, "-c", code], cwd=filled, check=True)
    remove_all(filled)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kept"]
    assert (kept / "file").read_text() == "x"
    assert kept.stat().st_mode & 0o777 == 0o700


CHILDREN = """
import subprocess, sys
code = '''
import threading
threading.Thread(target=input).start()
held = b"x" * 50_000_000
print(1)
'''
child = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE)
sys.stdin.read()
child.communicate(b"")
"""


def test_a_tree_of_processes_is_seen_with_its_threads_and_memory() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", CHILDREN], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"1\n"
        tree = process_tree(process.pid)
        assert tree[0].pid == process.pid
        assert [one.threads for one in tree] == [1, 2]
        assert resident_bytes(tree, most=10**12) > 50_000_000
        assert resident_bytes(tree, most=1) > 50_000_000
        process.communicate()


def test_a_process_that_is_gone_counts_nothing() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    assert process_tree(process.pid) == []


def test_tools_are_found_with_what_they_require_and_nothing_else() -> None:
    names = set(tool_paths(("pytest",)))
    assert {"pytest", "_pytest", "pluggy", "iniconfig", "packaging", "pygments"} <= names
    assert not names & {"fastapi", "pydantic", "numpy", "toggle_core", "mypy"}
    assert all(path.exists() for path in tool_paths(("pytest",)).values())


def test_programs_of_tools_are_found_and_scripts_left_out() -> None:
    assert "bin/ruff" in tool_paths(("ruff",))
    assert not [name for name in tool_paths(("mypy",)) if name.startswith("bin/")]


def test_a_tool_that_is_not_installed_is_an_error() -> None:
    with pytest.raises(ModuleNotFoundError):
        tool_paths(("no-such-tool",))


def test_the_interpreter_is_the_base_one_without_its_packages() -> None:
    found = interpreter()
    assert found.executable.is_file()
    assert not found.executable.is_relative_to(sys.prefix)
    assert (found.libraries[0] / "os.py").is_file()
    assert all(name.name in ("site-packages", "dist-packages") for name in found.packages)
