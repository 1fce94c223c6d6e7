"""Typed texts: nothing invisible that could mislead, nothing of the writer's lost."""

from hypothesis import example, given
from hypothesis import strategies as st

from reception import texts


@given(st.text())
@example("甲\u202e乙")
@example("a\x00b\r\nc")
@example("𠮷\U00020000 é 👨\u200d👩\u200d👧 ᠮᠣᠩ\u180e")
def test_only_what_misleads_is_taken_out(text):
    cleaned = texts.clean(text, lines=True)
    assert texts.clean(cleaned, lines=True) == cleaned
    assert not set(cleaned) & texts.TURNING
    assert all(c in "\n\t" or ord(c) >= 32 for c in cleaned)
    normal = text.replace("\r\n", "\n").replace("\r", "\n")
    assert set(cleaned) <= set(normal)
    # The order of what stays is as it was.
    rest = iter(normal)
    assert all(c in rest for c in cleaned)


def test_a_line_is_one_line_and_rare_letters_stay():
    assert texts.clean(" 𠮷田\n路 ") == "𠮷田 路"
    assert texts.clean("一\r\n二", lines=True) == "一\n二"
    assert texts.clean("名\u200d字") == "名\u200d字"
