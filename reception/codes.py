"""Numbers and codes that people read out, copy down and type: with check digits, and hard to guess. Pure but for chance.

A public number is two digits of the year, eight random ones and a check digit: it tells nobody how many there are. A tracking code is
sixteen random digits (53 bits) and a check digit. Check digits are Damm's, which catch every single wrong digit and
every exchange of neighbours, so a slip of the pen is caught before it counts as a guess.
"""

import secrets
import unicodedata

# H. M. Damm, Total anti-symmetrische Quasigruppen (2004): a totally anti-symmetric quasigroup of order ten.
DAMM = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)
CODE_DIGITS, NUMBER_DIGITS = 17, 11
# GB 11643-1999: weights of the first seventeen digits of an identity number, and the check character by the remainder.
ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHECKS = "10X98765432"
ID_LENGTH, OLD_ID_LENGTH = 18, 15
DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class Mistyped(ValueError):
    """A number or code that can't be right as typed: too short, too long, or a wrong digit. It never counts as a guess."""


def check_digit(digits: str) -> str:
    """Damm's check digit of a row of decimal digits."""
    interim = 0
    for digit in digits:
        interim = int(DAMM[interim][int(digit)])
    return str(interim)


def new_number(*, year: int) -> str:
    """A public number, as ``26483177025`` (eleven digits)."""
    digits = f"{year % 100:02}{secrets.randbelow(10**8):08}"
    return digits + check_digit(digits)


def new_code() -> str:
    """A tracking code, seventeen digits, the last one the check digit."""
    return code_of(secrets.token_bytes(16))


def code_of(secret: bytes) -> str:
    """The tracking code that follows from a secret of at least 16 bytes: the same form sent again is given the same code."""
    digits = f"{int.from_bytes(secret[:16], 'big') % 10**16:016}"
    return digits + check_digit(digits)


def show_number(number: str) -> str:
    """``26-4831-7702-5``: in groups that can be read out."""
    return f"{number[:2]}-{number[2:6]}-{number[6:10]}-{number[10:]}"


def show_code(code: str) -> str:
    """``1234 5678 9012 3456 7``: four fours and the check digit."""
    return " ".join((code[:4], code[4:8], code[8:12], code[12:16], code[16:]))


def read_number(typed: str) -> str:
    """The number that was typed, with whatever spaces, hyphens and full-width digits. Raises `Mistyped`."""
    return _read(typed, NUMBER_DIGITS)


def read_code(typed: str) -> str:
    """The code that was typed. Raises `Mistyped`."""
    return _read(typed, CODE_DIGITS)


def bare(typed: str) -> str:
    """A number as it was meant: full-width digits plain, without spaces and what is pasted along unseen."""
    wide = unicodedata.normalize("NFKC", typed)
    return "".join(c for c in wide if not c.isspace() and unicodedata.category(c) != "Cf")


def _read(typed: str, length: int) -> str:
    digits = bare(typed[:200]).replace("-", "")
    if len(digits) != length or not (digits.isascii() and digits.isdecimal()) or check_digit(digits) != "0":
        raise Mistyped(typed[:40])
    return digits


def read_identity_number(typed: str) -> str:
    """An eighteen-character identity number with its check character (GB 11643-1999), as typed with spaces, full-width or small x.

    The residence permits of Hong Kong, Macao and Taiwan people (81, 82, 83) and the permanent residence cards of foreigners since 2023
    (9) have numbers of the same kind. Raises `Mistyped` with what can't be right: ``old`` (fifteen digits, no longer valid), ``other``
    (a passport's or permit's number), ``length``, ``birth`` or ``check``.
    """
    text = bare(typed[:100]).upper()
    digits = text[:-1]
    if len(text) == OLD_ID_LENGTH and text.isascii() and text.isdecimal():
        raise Mistyped("old")
    if len(text) < ID_LENGTH - 1 and text.isascii() and text.isalnum() and not text.isdecimal():
        raise Mistyped("other")
    if len(text) != ID_LENGTH or not (digits.isascii() and digits.isdecimal()):
        raise Mistyped("length")
    month, day = int(text[10:12]), int(text[12:14])
    # 29 February in a common year stands on some real cards, so the year is not asked.
    if not (1 <= month <= 12 and 1 <= day <= DAYS[month - 1]) or text[6:8] not in ("18", "19", "20"):
        raise Mistyped("birth")
    weighted = sum(int(digit) * weight for digit, weight in zip(digits, ID_WEIGHTS, strict=True))
    if ID_CHECKS[weighted % 11] != text[-1]:
        raise Mistyped("check")
    return text
