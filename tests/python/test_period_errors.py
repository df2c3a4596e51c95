"""A text that is no period is an error of the data, in the language that is spoken."""

import pytest

import kaohe as kh


@pytest.mark.parametrize(("lang", "words"), [("zh", "不是时期"), ("en", "is no period")])
def test_a_period_that_is_none_says_so(lang: str, words: str) -> None:
    df = kh.datasets.load("china-provinces")
    result = kh.Scheme.builtin("strong-science-provinces").assess(df, entity="province", period="year")
    kh.set_lang(lang)
    try:
        with pytest.raises(kh.DataError, match=words) as caught:
            result.explain("甘肃", "hitech")
    finally:
        kh.set_lang(None)
    assert caught.value.findings[0]["code"] == "period_not_readable"
