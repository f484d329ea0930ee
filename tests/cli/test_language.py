"""Chinese first; English when LANTIAN_LANG or the locale says so."""

from __future__ import annotations

import pytest

from lantian.cli.language import language


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, "zh"),
        ({"LANG": "C.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.GBK"}, "zh"),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LANTIAN_LANG": "en"}, "en"),
        ({"LANG": "en_US.UTF-8", "LANTIAN_LANG": ""}, "en"),
    ],
)
def test_language(environ: dict[str, str], expected: str):
    assert language(environ) == expected
