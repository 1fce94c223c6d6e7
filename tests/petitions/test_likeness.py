"""Pairs of matters: basically the same, and not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petitions.likeness import ALIKE, likeness

SAME = [
    ("楼道长期漏水，多次反映未修。", "三号楼楼道漏水，反映多次仍未修"),
    ("临时工资拖欠两个月未发", "单位拖欠临时工资 两个月"),
    ("村里修路占地补偿款没有到账", "修路占地的补偿款至今未到账"),
]
OTHER = [
    ("楼道长期漏水，多次反映未修。", "低保申请被拒绝，要求说明原因"),
    ("临时工资拖欠两个月未发", "村里修路占地补偿款没有到账"),
    ("孩子入学被要求提供房产证", "养老金认证无法办理"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_same_matter_in_other_words_is_proposed(one, other):
    assert likeness(one, other) >= ALIKE


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_another_matter_is_not(one, other):
    assert likeness(one, other) < ALIKE


@given(st.text(max_size=60), st.text(max_size=60))
def test_it_is_symmetric_and_between_nothing_and_all(one, other):
    assert 0 <= likeness(one, other) == likeness(other, one) <= 1


def test_widths_cases_and_spaces_do_not_count():
    assert likeness("ＡＢ 漏水问题", "ab漏水问题") == 1
