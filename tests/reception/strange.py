"""Texts as nobody expects them, and as somebody will send them: the same for every test of F36."""

from hypothesis import strategies as st

# Each with its name, for whoever reads that a test failed.
KNOWN = {
    "extension B to H": "𠮷田㐂\U0002a700\U0002b740\U0002b820\U0002ceb0\U00030000\U00031350",
    "GB 18030 alone": "\ue5e5\U0002a6d6㑇䶮龦鿿",
    "emoji of several": "👨\u200d👩\u200d👧\U0001f1e8\U0001f1f3👍🏽",
    "right to left": "\u202eabc\u2066甲\u2069שלום مرحبا",
    "zero width": "甲\u200b\u200c\u200d\u2060乙",
    "byte order mark": "\ufeff甲乙",
    "NUL": "甲\0乙",
    "other controls": "甲\x07\x1b[31m\x85\r\n\t乙",
    "lone surrogate": "甲\ud83d乙\udc00",
    "full width": "１３８０００００００１　ＡＢＣ",
    "combined": "é e\u0301 ก็็็็็ \u0bcd" + "\u0301" * 40,
    "separators": "甲\u2028乙\u2029丙\u00a0\u3000",
    "markup": "<script>alert(1)</script>{{ 7|add:7 }}{% now %}&#0;'\"--;\\",
    "formula": "=cmd|' /C calc'!A0",
    "long Chinese": "长" * 3_000,
}
MEGABYTE = "名" * 350_000
PIECES = [*KNOWN.values(), *"\0\u202e\u200d\ufeff𠮷㐂\u2028\ud800１x. \n\t,;:'\"\\=@-+"]
TEXTS = st.one_of(st.text(), st.lists(st.sampled_from(PIECES) | st.characters(), max_size=20).map("".join))


def sent(text):
    """As a browser would send it: no UTF-8 holds half a character."""
    return text.encode("utf-8", "replace").decode()
