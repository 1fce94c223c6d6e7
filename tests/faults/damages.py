"""What can happen to a backup where it lies, and what is said of each."""

import re


def flip(path, at=0.5):
    whole = bytearray(path.read_bytes())
    whole[int(len(whole) * at)] ^= 1
    path.write_bytes(whole)


def segments(folder):
    return sorted(one for one in (folder / "wal").iterdir() if re.fullmatch(r"[0-9A-F]{24}\.sealed", one.name))


def base(folder):
    (found,) = (one for one in (folder / "base").iterdir() if ".note" not in one.name)
    return found


def note(folder):
    (found,) = (folder / "base").glob("*.note.sealed")
    return found


def cut(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def exchanged(folder):
    one, other = segments(folder)[-2:]
    held = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(held)


def files(folder):
    return sorted((folder / "files").glob("*/*.sealed"))


ALL = {
    "a byte of the base backup": (lambda folder: flip(base(folder)), "块被改动或截断"),
    "the base backup cut short": (lambda folder: cut(base(folder)), "块被改动或截断"),
    "the base backup gone": (lambda folder: base(folder).unlink(), "缺少这一部分"),
    "a byte of the note": (lambda folder: flip(note(folder), 0.9), "块被改动或截断"),
    "a byte of a segment": (lambda folder: flip(segments(folder)[-1]), "块被改动或截断"),
    "a segment gone from the middle": (lambda folder: segments(folder)[-2].unlink(), "缺少 WAL"),
    "the last segment gone": (lambda folder: segments(folder)[-1].unlink(), "缺少 WAL"),
    "two segments exchanged": (exchanged, "块被改动或截断"),
    "a byte of a file that was sent": (lambda folder: flip(files(folder)[0]), "块被改动或截断"),
    "a file that was sent gone": (lambda folder: files(folder)[0].unlink(), "缺少这一部分"),
    "the list of files gone": (lambda folder: (folder / "files" / "list.sealed").unlink(), "缺少这一部分"),
}
