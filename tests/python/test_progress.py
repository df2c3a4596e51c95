"""How far a long call has come, heard while it runs."""

import pytest

import kaohe as kh

ROWS = 100
"""So many that the marginals of all take many times the twentieth of a second after which a listener is called."""


@pytest.fixture(scope="module")
def result():
    units = "".join(f'[[variable]]\nid = "x{k}"\nunit = "1"\n' for k in range(12))
    points = '{ rule = "zscore" }'
    each = "".join(f'[[indicator]]\nid = "i{k}"\nformula = "x{k}"\nunit = "1"\npoints = {points}\n' for k in range(12))
    scheme = kh.Scheme.from_toml(f'kaohe = 1\nid = "long"\n{units}{each}')
    data = {f"x{k}": [(i * (k + 3)) % 97 + k / 7 for i in range(ROWS)] for k in range(12)}
    keys = {"who": [f"e{i}" for i in range(ROWS)], "year": [2023] * ROWS}
    return scheme.assess({**keys, **data}, entity="who", period="year")


def test_a_listener_hears_what_is_under_way(result):
    seen: list[kh.Progress] = []
    with kh.progress(seen.append):
        result.marginal_panel(2023)
    assert seen
    assert all(set(done) == {"stage", "cells", "exact_cells"} for done in seen)
    cells = [done["cells"] for done in seen]
    assert cells == sorted(cells)
    assert cells[-1] > 0
    assert any(
        done["stage"].startswith(("values", "scores", "references", "groups", "totals", "ranks")) for done in seen
    )
    count = len(seen)
    result.marginal_panel(2023)  # outside the block nobody listens
    assert len(seen) == count


def test_a_listener_that_raises_ends_the_call(result):
    def stop(done: kh.Progress) -> None:
        raise RuntimeError("enough")

    with kh.progress(stop), pytest.raises(RuntimeError, match="enough"):
        result.marginal_panel(2023)
    assert len(result.totals["total"]) == ROWS


def test_what_is_shown_goes_to_standard_error_and_is_taken_away(result, capsys, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "tqdm.auto", None)  # as if it were not installed
    with kh.progress():
        result.marginal_panel(2023)
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "cells" in shown.err
    assert shown.err.endswith("\r")


def test_a_listener_must_be_callable():
    with pytest.raises(kh.ArgumentError, match="listener is called; 3 cannot be"):
        kh.progress(3)  # type: ignore[arg-type]
