"""What a process may do to the library: fork it, run it in many threads, starve it of threads, interrupt it, kill it.

Each scenario runs in a process of its own with a time limit far beyond what it needs, so that a deadlock is a failure
and not a hang of the tests.
"""

import os
import subprocess
import sys
import textwrap

import pytest

# Far beyond what any scenario takes, also on a busy machine: it only ends a deadlock.
LIMIT = 300

START = """
import os, sys, threading, time
import numpy as np, pandas as pd
import kaohe as kh, kaohe.frames

def panel(n, seed=1):
    rng = np.random.default_rng(seed)
    names = [f"e{i}" for i in range(n)]
    years = np.repeat([2021, 2022], n)
    x, y = rng.integers(1, 10**6, 2 * n) / 7, rng.random(2 * n)
    return pd.DataFrame({"who": names * 2, "year": years, "x": x, "y": y})

SCHEME = kh.Scheme.from_toml('''
kaohe = 1
id = "small"
variable = [{ id = "x", unit = "1" }, { id = "y", unit = "1" }]
indicator = [
  { id = "i", formula = "x", unit = "1", weight = 2, points = { rule = "linear", low = "min", high = "max" } },
  { id = "j", formula = "y / x", unit = "1", weight = 1, points = { rule = "rank", percentile = true } },
]
''')

def run(n=20_000):
    result = SCHEME.assess(panel(n), entity="who", period="year")
    return result.table.to_csv()
"""

posix = pytest.mark.skipif(os.name != "posix", reason="signals, forks and limits of POSIX")


def python(code, **options):
    """Run code after `START` in a process of its own and return what it prints."""
    source = START + textwrap.dedent(code)
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", source], capture_output=True, text=True,
                          timeout=LIMIT, **options)  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@posix
@pytest.mark.parametrize("threads", [None, 1, 3])
def test_a_fork_after_use_works(threads):
    code = f"""
        kh.set_threads({threads})
        before = run()
        child = os.fork()
        if child == 0:
            os._exit(0 if run() == before and kh.get_threads() == ({threads} or kh.get_threads()) else 3)
        assert run() == before
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    """
    assert python(code) == ["0"]


@posix
def test_a_fork_while_another_thread_computes_works():
    code = """
        before, stop = run(), threading.Event()
        def busy():
            while not stop.is_set():
                run(2_000)
        other = threading.Thread(target=busy)
        other.start()
        for _ in range(5):
            child = os.fork()
            if child == 0:
                os._exit(0 if run() == before else 3)
            print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
        stop.set()
        other.join()
    """
    assert python(code) == ["0"] * 5


@posix
def test_multiprocessing_by_fork_works():
    code = """
        import multiprocessing
        before = run()
        with multiprocessing.get_context("fork").Pool(2) as pool:
            print(all(text == before for text in pool.map(run, [20_000] * 4)))
    """
    assert python(code) == ["True"]


@posix
def test_without_threads_to_be_had_one_thread_computes():
    code = """
        import hashlib, resource
        panel(200).to_csv()
        if LIMITED:
            # A limit on threads does not bind root, who runs the tests in a container; a lack of room for stacks does.
            size = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
            resource.setrlimit(resource.RLIMIT_AS, (size + ROOM, size + ROOM))
        print(kh.get_threads(), hashlib.sha256(run(200).encode()).hexdigest())
    """
    if not os.path.exists("/proc/self/statm"):
        pytest.skip("needs /proc")
    # Room for the work, and for the stack of one thread (8 MiB) at most.
    room = 15 << 20
    code = textwrap.dedent(code)
    free, starved = (python(f"LIMITED, ROOM = {limited}, {room}\n{code}") for limited in (False, True))
    assert starved == ["1", free[1]]


def test_many_threads_at_once_get_the_same_bytes():
    code = """
        from concurrent.futures import ThreadPoolExecutor
        before = run()
        with ThreadPoolExecutor(8) as pool:
            print(all(text == before for text in pool.map(run, [20_000] * 16)))
    """
    assert python(code) == ["True"]


def test_memory_is_flat_over_many_runs():
    code = """
        import resource
        data = panel(50).to_dict(orient="list")
        core, table = SCHEME._core, kh.frames.read(data, entity="who", period="year").table
        def once(i):
            result = SCHEME.assess(data, entity="who", period="year") if i % 50 == 0 else None
            if result is not None:
                result.totals, result.explain("e0", 2022).to_text("zh"), SCHEME.check(data, entity="who", period="year")
            return core.assess(table, [], []).ranking("2022"), core.check(table, [])
        def resident():
            import gc
            gc.collect()
            return int(open("/proc/self/statm").read().split()[1]) * resource.getpagesize()
        for i in range(1_000):
            once(i)
        before = resident()
        for i in range(4_000):
            once(i)
        print(resident() - before)
    """
    if not os.path.exists("/proc/self/statm"):
        pytest.skip("needs /proc")
    # A result of these 100 rows takes some 20 kB, 80 MB in 4,000 runs; allocators keep a few pages more or less.
    slack = 8 << 20
    assert int(python(code)[0]) < slack


HEAD = 'kaohe = 1\nid = "large"\n[[variable]]\nid = "x"\nunit = "1"\n'
# What fills a file up to the limits of the format, for the checks to work on.
FILLINGS = {
    "sound": '[[indicator]]\nid = "i@"\nformula = "x / (x + @)"\nunit = "1"\npoints = { rule = "linear" }\n',
    "unknown names": '[[indicator]]\nid = "i@"\nparent = "none@"\nformula = "nobody@"\nunit = "1"\npoints = 1\n',
    "a group in a group": '[[group]]\nid = "g@"\nparent = "g1@"\n',
    "unknown keys": '[[variable]]\nid = "v@"\nunit = "1"\nmisspelt@ = 1\n',
}


@pytest.mark.parametrize("filling", FILLINGS)
def test_the_largest_files_are_read_or_refused(filling, tmp_path):
    """A load of quadratic work would run into the limit of the scenario."""
    item, path = FILLINGS[filling], tmp_path / "large.toml"
    count = min(9_999, 2**20 // (len(item) + 12))
    path.write_text(HEAD + "".join(item.replace("@", str(k)) for k in range(count)), encoding="utf-8")
    code = f"""
        try:
            kh.Scheme.load({str(path)!r})
            print("read")
        except kh.SchemeError as error:
            print("refused" if error.findings else "not said why")
    """
    assert python(code) == ["read" if filling == "sound" else "refused"]


# One call that takes far longer than the limit of a scenario, and short ones without an end.
ENDLESS = [
    "result.marginal_panel(2022)",
    "while True: run()",
    "while True: result.next_points('e5', 2022)",
    "while True: kh.Scheme.from_dict(SCHEME.document)",
]


@posix
@pytest.mark.parametrize("threads", [None, 1])
@pytest.mark.parametrize("call", ENDLESS)
def test_ctrl_c_ends_a_long_call(threads, call):
    code = f"""
        import signal
        kh.set_threads({threads})
        result = SCHEME.assess(panel(4_000), entity="who", period="year")
        started = threading.Event()
        threading.Thread(target=lambda: (started.wait(), time.sleep(0.3), os.kill(os.getpid(), signal.SIGINT))).start()
        started.set()
        try:
            {call}
        except KeyboardInterrupt:
            print("interrupted")
        print(len(run(10)) > 0)
    """
    assert python(code) == ["interrupted", "True"]
