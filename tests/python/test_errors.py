import copy
import pickle

import pytest

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
