import copy
import pickle

import pytest

import kaohe as kh
from kaohe import DataError, FormulaError, KaoheError, SchemeError

FINDINGS = [{"severity": "error", "code": "unknown_key", "message": "未知的键"}]


@pytest.mark.parametrize("kind", [KaoheError, SchemeError, DataError, FormulaError])
@pytest.mark.parametrize("back", [lambda e: pickle.loads(pickle.dumps(e)), copy.copy, copy.deepcopy])
def test_errors_cross_process_borders_whole(kind, back):
    error = kind("第 3 行：未知的键", FINDINGS)
    error.add_note("while loading")
    again = back(error)
    assert type(again) is kind
    assert str(again) == "第 3 行：未知的键"
    assert again.findings == FINDINGS
    assert again.__notes__ == ["while loading"]


def test_errors_need_no_findings():
    assert pickle.loads(pickle.dumps(DataError("x"))).findings == []
    assert issubclass(FormulaError, SchemeError)
    assert issubclass(SchemeError, KaoheError)


def test_argument_errors_speak_the_language_chosen() -> None:
    """One language a message, and rows named in it."""
    calls = {
        "data": lambda: kh.Scheme.builtin("nowhere"),
        "names of columns": lambda: kh.Scheme.builtin("hdi").assess({}, entity=None),
        "as a table": lambda: kh.Scheme.builtin("hdi").assess(3, entity="country"),
        "not a number": lambda: kh.Scheme.builtin("hdi").assess({"c": ["a"], "schooling": ["x"]}, entity="c"),
        "no data set": lambda: kh.datasets.load("nothing"),
    }
    for lang in ("zh", "en"):
        kh.set_lang(lang)
        try:
            for call in calls.values():
                with pytest.raises(kh.KaoheError) as caught:
                    call()
                said = str(caught.value)
                assert any("一" <= c <= "鿿" for c in said) == (lang == "zh"), said
                assert "row 0" not in said or lang == "en"
        finally:
            kh.set_lang(None)
