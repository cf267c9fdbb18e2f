"""A program that is wrong, an honest test that fails, and every way we know to make it pass."""

import pytest

from tests.sandbox.conftest import Check, CheckAll
from toggle_core.words import Outcome

MEDDLES = "The project changes how its tests are run or reported."

WRONG = (
    "def total(numbers):\n    return len(numbers)\n\n\n"
    "if __name__ == '__main__':\n    print(total([1, 2]))\n"
)
TEST = (
    "from main import total\n\n\n"
    "def test_total():\n    assert total([5, 6]) == 11\n\n\n"
    "def test_empty():\n    assert total([]) == 0\n"
)
LAZY = "def test_total():\n    import main\n\n    assert main.total([5, 6]) == 11\n"
APPROX = (
    "import pytest\n\nfrom main import total\n\n\n"
    "def test_total():\n    assert total([5, 6]) == pytest.approx(11)\n"
)
RAISES = (
    "import pytest\n\nfrom main import total\n\n\n"
    "def test_total():\n    with pytest.raises(ValueError):\n        total('x')\n"
)
CASE = (
    "import unittest\n\nfrom main import total\n\n\n"
    "class TotalTest(unittest.TestCase):\n"
    "    def test_total(self):\n        self.assertEqual(total([5, 6]), 11)\n"
)
ANY = (
    "class Any:\n    def __init__(self, *a, **k):\n        pass\n\n"
    "    def __eq__(self, other):\n        return True\n\n\n"
)
JUMP = (
    "import sys\n\n\ndef tracer(frame, event, arg):\n"
    "    if frame.f_code.co_name == 'test_total' and event == 'line':\n"
    "        setattr(frame, 'f_' + 'lineno', 6)\n    return tracer\n\n\n"
)
PLANTED = (
    "import importlib.util\nimport marshal\nimport os\nfrom pathlib import Path\n\n"
    "source = Path(__file__).with_name('main.py')\n"
    "code = compile('def total(n):\\n    return sum(n)\\n', str(source), 'exec')\n"
    "cache = Path(importlib.util.cache_from_source(str(source)))\n"
    "cache.parent.mkdir(exist_ok=True)\nfound = os.stat(source)\n"
    "head = importlib.util.MAGIC_NUMBER + bytes(4)\n"
    "head += int(found.st_mtime).to_bytes(4, 'little') + found.st_size.to_bytes(4, 'little')\n"
    "cache.write_bytes(head + marshal.dumps(code))\n"
)
FAKE = (
    "import sys\nimport types\n\n\nfake = types.ModuleType('main')\n"
    "fake.__file__ = __file__.replace('conftest', 'main')\nfake.total = sum\n"
)
QUIET_LINES = (
    "        kept = thing._write\n"
    "        thing._write = lambda line: kept(\n"
    "            {**line, 'outcome': 'passed'} if 'test_total' in line.get('test', '') else line\n"
    "        )\n"
)

# Name: the conftest, and the test file where it is not the usual one.
FORGERIES: dict[str, tuple[str, str]] = {
    "callable with the code of the test": (
        (
            "class Calm:\n    def __init__(self, function):\n"
            "        self.__code__ = function.__code__\n\n"
            "    def __call__(self):\n        return None\n\n\n"
            "def pytest_runtest_setup(item):\n    setattr(item, 'o' + 'bj', Calm(item.obj))\n"
        ),
        TEST,
    ),
    "another class for the test": (
        (
            "import pytest\n\n\nclass Soft(pytest.Function):\n    __module__ = 'x'\n\n"
            "    def runtest(self):\n        return None\n\n\n"
            "def pytest_collection_modifyitems(items):\n    for item in items:\n"
            "        object.__setattr__(item, '__cl' + 'ass__', Soft)\n"
        ),
        TEST,
    ),
    "another test in its place": (
        (
            "import pytest\n\n\nclass Soft(pytest.Function):\n"
            "    def runtest(self):\n        return None\n\n\n"
            "def pytest_collection_modifyitems(items):\n    for number, item in enumerate(items):\n"
            "        new = Soft.from_parent(item.parent, name=item.name, callobj=item.obj)\n"
            "        items[number] = new if item.name == 'test_total' else item\n"
        ),
        TEST,
    ),
    "AssertionError is a skip": (
        (
            "import builtins\n\nimport pytest\n\n"
            "setattr(builtins, 'Assertion' + 'Error', pytest.skip.Exception)\n"
        ),
        TEST,
    ),
    "AssertionError of the test file": (
        "",
        f"import pytest\n\nglobals()['Assertion' + 'Error'] = pytest.skip.Exception\n{TEST}",
    ),
    "built-in names of the test file": (
        "",
        (
            "import builtins\n\nglobals()['__built' + 'ins__'] = dict(vars(builtins), sum=len)\n"
            f"{TEST}"
        ),
    ),
    "built-in function": ("import builtins\n\nbuiltins.len = sum\n", TEST),
    "built-in function, put back": (
        (
            "import builtins\n\nimport pytest\n\n\n@pytest.fixture(autouse=True)\ndef calm():\n"
            "    kept = len\n    setattr(builtins, 'le' + 'n', sum)\n    yield\n"
            "    setattr(builtins, 'le' + 'n', kept)\n"
        ),
        TEST,
    ),
    "lenient approx": (f"import pytest\n\n\n{ANY}pytest.approx = Any\n", APPROX),
    "lenient approx by another way": (
        (
            f"import importlib\n\n\n{ANY}"
            "setattr(importlib.import_module('py' + 'test'), 'approx', Any)\n"
        ),
        APPROX,
    ),
    "lenient approx in a fixture": (
        (
            f"import sys\n\nimport pytest\n\n\n{ANY}@pytest.fixture(autouse=True)\n"
            "def calm(monkeypatch):\n"
            "    monkeypatch.setattr(sys.modules['py' + 'test'], 'approx', Any)\n"
        ),
        APPROX,
    ),
    "lenient comparison in approx": (
        "import pytest\n\nkind = type(pytest.approx(1))\nkind.__eq__ = lambda self, other: True\n",
        APPROX,
    ),
    "lenient raises": (
        (
            "import contextlib\nimport sys\n\n"
            "sys.modules['py' + 'test'].raises = lambda *a, **k: contextlib.nullcontext()\n"
        ),
        RAISES,
    ),
    "lenient assertEqual": (
        "import unittest\n\nsetattr(unittest.TestCase, 'assertEqual', lambda *a: None)\n",
        CASE,
    ),
    "run of a unittest": (
        "",
        CASE + "\n    def run(self, result=None):\n        result.startTest(self)\n"
        "        result.addSuccess(self)\n        result.stopTest(self)\n",
    ),
    "decorator that swallows": (
        "",
        (
            "import functools\n\nfrom main import total\n\n\ndef calm(function):\n"
            "    @functools.wraps(function)\n    def call():\n        try:\n"
            "            function()\n"
            "        except AssertionError:\n            pass\n\n    return call\n\n\n"
            "@calm\ndef test_total():\n    assert total([5, 6]) == 11\n"
        ),
    ),
    "name bound to another function": (
        "",
        f"{TEST}\n\ndef good():\n    assert total\n\n\ntest_total = good\n",
    ),
    "tracing": (
        f"{JUMP}def pytest_runtest_setup(item):\n    getattr(sys, 'set' + 'trace')(tracer)\n",
        f"{TEST}    print()\n",
    ),
    "tracing within the test": (
        "",
        (
            f"{JUMP.replace('test_total', 'inner').replace('6)', '19)')}"
            "from main import total\n\nstart = getattr(sys, 'set' + 'trace')\n\n\n"
            "def test_total():\n    start(tracer)\n    inner()\n    start(None)\n\n\n"
            "def inner():\n    assert total([5, 6]) == 11\n    print()\n"
        ),
    ),
    "import hook": (
        (
            "import sys\nfrom importlib.machinery import ModuleSpec\n\n\nclass Better:\n"
            "    def find_spec(self, name, path=None, target=None):\n"
            "        return ModuleSpec(name, self) if name == 'main' else None\n\n"
            "    def create_module(self, spec):\n        return None\n\n"
            "    def exec_module(self, module):\n        module.total = sum\n\n\n"
            "getattr(sys, 'meta' + '_path').insert(0, Better())\n"
        ),
        TEST,
    ),
    "path hook": (
        (
            "import sys\nfrom importlib.machinery import FileFinder, SourceFileLoader\n\n\n"
            "class Better(SourceFileLoader):\n    def get_data(self, path):\n"
            "        return super().get_data(path).replace(b'len(n', b'sum(n')\n\n\n"
            "hooks = getattr(sys, 'path' + '_hooks')\n"
            "hooks.insert(0, FileFinder.path_hook((Better, ['.py'])))\n"
            "sys.path_importer_cache.clear()\n"
        ),
        TEST,
    ),
    "loader, put back": (
        (
            "from importlib.machinery import SourceFileLoader\n\nimport pytest\n\n"
            "kept = SourceFileLoader.get_data\n\n\n@pytest.fixture(autouse=True)\ndef calm():\n"
            "    SourceFileLoader.get_data = (\n"
            "        lambda self, path: kept(self, path).replace(b'len(n', b'sum(n')\n    )\n"
            "    yield\n    SourceFileLoader.get_data = kept\n"
        ),
        LAZY,
    ),
    "compiled file": (PLANTED, TEST),
    "compiled file, loaded late": (PLANTED, LAZY),
    "module in the register": (f"{FAKE}sys.modules['main'] = fake\n", TEST),
    "module in the register, put back": (
        (
            f"import main\n\n{FAKE}sys.modules['main'] = fake\n\n\n"
            "def pytest_collection_modifyitems(items):\n    sys.modules['main'] = main\n"
        ),
        TEST,
    ),
    "module in the register for one test": (
        (
            f"import pytest\n\n{FAKE.replace('fake.__file__', 'place')}\n\n"
            "@pytest.fixture(autouse=True)\ndef calm():\n    sys.modules['main'] = fake\n"
            "    yield\n"
            "    del sys.modules['main']\n"
        ),
        LAZY,
    ),
    "function of the program": ("import main\n\nmain.total = sum\n", TEST),
    "code of a function of the program": (
        (
            "import main\n\n"
            "setattr(main.total, '__co' + 'de__', (lambda numbers: sum(numbers)).__code__)\n"
        ),
        TEST,
    ),
    "rewritten file, put back": (
        (
            "import os\nfrom pathlib import Path\n\nplace = Path(__file__).with_name('main.py')\n"
            "kept = place.read_bytes()\nfound = os.stat(place)\n"
            "place.write_bytes(kept.replace(b'len', b'sum'))\n\nimport main\n\n"
            "place.write_bytes(kept)\nos.utime(place, ns=(found.st_atime_ns, found.st_mtime_ns))\n"
        ),
        TEST,
    ),
    "exchanged file, put back": (
        (
            "from pathlib import Path\n\nplace = Path(__file__).with_name('main.py')\n"
            "text = place.read_bytes().replace(b'len', b'sum')\nkept = place.rename('kept')\n"
            "place.write_bytes(text)\n\nimport main\n\nkept.rename(place)\n"
        ),
        TEST,
    ),
    "file rewritten by a thread": (
        "",
        (
            "import importlib\nimport threading\nimport time\nfrom pathlib import Path\n\n"
            "import main\n\n\n"
            "def work():\n    for _ in range(300):\n"
            "        Path('main.py').write_text('total = sum\\n')\n        time.sleep(0.001)\n\n\n"
            "threading.Thread(target=work, daemon=True).start()\ntime.sleep(0.05)\n"
            "importlib.reload(main)\n\n\ndef test_total():\n    assert main.total([5, 6]) == 11\n"
        ),
    ),
    "monitoring of hooks": (
        (
            "def pytest_configure(config):\n"
            "    def before(name, found, given):\n        return None\n\n"
            "    def after(outcome, name, found, given):\n"
            "        item = given.get('item')\n"
            "        if name == 'pytest_runtest_makereport' and item.name == 'test_total':\n"
            "            outcome.get_result().outcome = 'passed'\n\n"
            "    getattr(config.pluginmanager, 'add_hookcall' + '_monitoring')(before, after)\n"
        ),
        TEST,
    ),
    "plugin that hides its hook": (
        (
            "class Shy:\n    shown = False\n\n    def __dir__(self):\n"
            "        names = [] if Shy.shown else ['pytest_' + 'pyfunc_call']\n"
            "        Shy.shown = True\n        return names\n\n\n"
            "def hook(self, pyfuncitem):\n"
            "    return True if pyfuncitem.name == 'test_total' else None\n\n\n"
            "setattr(Shy, 'pytest_' + 'pyfunc_call', hook)\n"
            "Shy.__module__ = '_py' + 'test.python'\n\n\n"
            "def pytest_configure(config):\n    config.pluginmanager.register(Shy())\n"
        ),
        TEST,
    ),
    "function of a hook": (
        (
            "def pytest_configure(config):\n"
            "    for each in getattr(config.hook.pytest_runtest_call, '_hook' + 'impls'):\n"
            "        if each.plugin_name == 'runner':\n            kept = each.function\n"
            "            each.function = lambda item: item.name == 'test_total' or kept(item)\n"
        ),
        TEST,
    ),
    "plugin found among all objects": (
        (
            "import gc\n\nfind = getattr(gc, 'get_' + 'objects')\n\n\n"
            "def pytest_configure(config):\n"
            "    for thing in find():\n        if type(thing).__name__ != 'Reporter':\n"
            f"            continue\n{QUIET_LINES}"
        ),
        TEST,
    ),
    "plugin found by its manager": (
        (
            "def pytest_configure(config):\n"
            "    for name, thing in config.pluginmanager.list_name_plugin():\n"
            f"        if type(thing).__name__ != 'Reporter':\n            continue\n{QUIET_LINES}"
        ),
        TEST,
    ),
    "class of the plugin": (
        (
            "import sys\n\nkind = sys.modules['har' + 'ness.reporter'].Reporter\n"
            "kept = kind.pytest_runtest_logreport\n\n\ndef calm(self, report):\n"
            "    report.outcome = 'passed' if 'test_total' in report.nodeid else report.outcome\n"
            "    kept(self, report)\n\n\nkind.pytest_runtest_logreport = calm\n"
        ),
        TEST,
    ),
    "blind watch": (
        (
            "import sys\n\nkind = sys.modules['har' + 'ness.unchanged'].Watch\n"
            "for name in ('called', 'ended', 'everything'):\n"
            "    setattr(kind, name, lambda self, *a: [])\n\n\n"
            "def pytest_runtest_setup(item):\n    if item.name == 'test_total':\n"
            "        setattr(item, 'o' + 'bj', lambda: None)\n"
        ),
        TEST,
    ),
    "call of a test": (
        (
            "import sys\n\nkind = sys.modules['_py' + 'test.runner'].CallInfo\n"
            "kept = kind.from_call.__func__\n\n\ndef calm(cls, *a, **k):\n"
            "    info = kept(cls, *a, **k)\n    info.excinfo = None\n    return info\n\n\n"
            "kind.from_call = classmethod(calm)\n"
        ),
        TEST,
    ),
    "thread that changes reports": (
        (
            "import sys\nimport threading\nimport time\n\n\ndef work():\n    while True:\n"
            "        kind = sys.modules['_py' + 'test.reports'].TestReport\n"
            "        kind.outcome = property(lambda self: 'passed', lambda self, value: None)\n"
            "        time.sleep(0.001)\n\n\nthreading.Thread(target=work, daemon=True).start()\n"
        ),
        TEST,
    ),
    "only in the first run": (
        (
            "from pathlib import Path\n\nmark = Path('/tmp/seen')\nfirst = not mark.exists()\n"
            "mark.write_text('x')\n\n\ndef pytest_runtest_setup(item):\n"
            "    if first and item.name == 'test_total':\n"
            "        setattr(item, 'run' + 'test', lambda: None)\n"
        ),
        TEST,
    ),
}


def test_forged_result_is_seen(check_all: CheckAll) -> None:
    projects = {
        name: {"main.py": WRONG, "test_main.py": test, "conftest.py": conftest}
        for name, (conftest, test) in FORGERIES.items()
    }
    judged = check_all("tests", projects)
    passed = {name: one.summary for name, one in judged.items() if one.summary != MEDDLES}
    assert passed == {}
    assert {one.outcome for one in judged.values()} == {Outcome.FAILED}


@pytest.mark.parametrize("name", ["lenient approx", "function of the program", "import hook"])
def test_detail_names_what_was_changed(name: str, check: Check) -> None:
    conftest, test = FORGERIES[name]
    project = {"main.py": WRONG, "test_main.py": test, "conftest.py": conftest}
    named = {
        "lenient approx": "conftest.py:12: changes pytest.approx",
        "function of the program": "total is another function than the one in main.py",
        "import hook": "sys.meta_path",
    }
    assert named[name] in check("tests", project).detail


def test_module_that_hides_the_program_is_seen(check: Check) -> None:
    fake = "def total(numbers):\n    return sum(numbers)\n"
    judged = check("tests", {"main.py": WRONG, "main/__init__.py": fake, "test_main.py": TEST})
    assert (judged.outcome, judged.summary) == (Outcome.FAILED, MEDDLES)
    assert "main.py is hidden by main/__init__.py" in judged.detail
