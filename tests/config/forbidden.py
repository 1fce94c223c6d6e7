"""What the source may not hold, found by its syntax: each rule gives the lines that break it."""

import ast
import re
from collections.abc import Callable, Iterator
from re import _constants as words
from re import _parser as patterns

MODULES = {"pickle", "marshal", "shelve", "dill", "telnetlib", "xmlrpc"}
CALLS = {"eval", "exec", "compile", "__import__"}
WEAK = {"md5", "sha1", "MD5", "SHA1", "ECB", "CBC", "ARC4", "TripleDES", "PKCS1v15"}
CERTIFICATES = {"_create_unverified_context", "CERT_NONE", "_create_default_https_context"}
ASKED = {"GET", "POST", "COOKIES", "headers", "META"}
Rule = Callable[[ast.AST], bool]


def _named(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def runs_text(node: ast.AST) -> bool:
    """`eval` and its like; a shell."""
    if not isinstance(node, ast.Call):
        return False
    plain = isinstance(node.func, ast.Name) and node.func.id in CALLS
    shell = any(
        word.arg == "shell" and not (isinstance(word.value, ast.Constant) and word.value.value is False) for word in node.keywords
    )
    system = isinstance(node.func, ast.Attribute) and _named(node.func.value) == "os" and node.func.attr in ("system", "popen")
    return plain or shell or system


def opens_pickles(node: ast.AST) -> bool:
    names = [name.name for name in node.names] if isinstance(node, ast.Import) else []
    names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
    return any(name.split(".")[0] in MODULES for name in names)


def is_weak(node: ast.AST) -> bool:
    """Hashes and modes that nobody should use any more, and lines whose other end is not looked at."""
    unverified = (
        isinstance(node, ast.keyword)
        and node.arg == "verify"
        and isinstance(node.value, ast.Constant)
        and node.value.value is False
    )
    return unverified or _named(node) in WEAK | CERTIFICATES


def takes_all_that_was_sent(node: ast.AST) -> bool:
    """``filter(**request.GET)``: whoever asks would choose the names, too. And a form of every field."""
    if isinstance(node, ast.Call):
        return any(
            word.arg is None and any(isinstance(part, ast.Attribute) and part.attr in ASKED for part in ast.walk(word.value))
            for word in node.keywords
        )
    return (
        isinstance(node, ast.Assign)
        and any(_named(target) in ("fields", "exclude") for target in node.targets)
        and isinstance(node.value, ast.Constant)
        and node.value.value == "__all__"
    )


def keeps_pages(node: ast.AST) -> bool:
    """Django's page cache, which would keep what is somebody's: the front and nginx keep pages, by a mark."""
    return _named(node) in ("cache_page", "UpdateCacheMiddleware", "FetchFromCacheMiddleware")


def trusts_text(node: ast.AST) -> bool:
    """Text declared to be HTML."""
    return isinstance(node, ast.Call) and _named(node.func) == "mark_safe"


def due_at_the_broker(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and _named(node.func) == "apply_async"
        and any(word.arg in ("eta", "countdown") for word in node.keywords)
    )


def can_be_foreseen(node: ast.AST) -> bool:
    """Python's `random`, whose next number follows from those before; secrets come from `secrets`."""
    names = [name.name for name in node.names] if isinstance(node, ast.Import) else []
    return "random" in names or (isinstance(node, ast.ImportFrom) and node.module == "random")


def makes_patterns_of_text(node: ast.AST) -> bool:
    """An expression put together at run time: what somebody typed would be read as signs of the expression."""
    made = (ast.JoinedStr, ast.BinOp, ast.Call)
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and _named(node.func.value) == "re"
        and node.func.attr != "escape"
        and bool(node.args)
        and isinstance(node.args[0], made)
    )


def formats_what_was_sent(node: ast.AST) -> bool:
    """``said.format(…)``: a format that is no constant could ask for what it should not show."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("format", "format_map")
        and isinstance(node.func.value, (ast.Name, ast.Attribute, ast.Subscript))
        and not _named(node.func.value).isupper()
    )


def runs_away(node: ast.AST) -> bool:
    """An expression in which something without end stands within something without end."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _named(node.func.value) == "re" and node.args):
        return False
    first = node.args[0]
    if not (isinstance(first, ast.Constant) and isinstance(first.value, str)):
        return False
    return _endless(patterns.parse(first.value), within=False)


def _endless(parsed: patterns.SubPattern, *, within: bool) -> bool:
    for operator, value in parsed:
        repeats = operator in (words.MAX_REPEAT, words.MIN_REPEAT)
        endless = repeats and value[1] == words.MAXREPEAT
        if endless and within:
            return True
        if any(_endless(part, within=within or endless) for part in _parts(value)):
            return True
    return False


def _parts(value: object) -> Iterator[patterns.SubPattern]:
    if isinstance(value, patterns.SubPattern):
        yield value
    elif isinstance(value, (tuple, list)):
        for part in value:
            yield from _parts(part)


RULES: tuple[Rule, ...] = (
    runs_text,
    opens_pickles,
    is_weak,
    takes_all_that_was_sent,
    keeps_pages,
    trusts_text,
    due_at_the_broker,
    can_be_foreseen,
    formats_what_was_sent,
    makes_patterns_of_text,
    runs_away,
)


def faults(source: str, rule: Rule) -> list[int]:
    """The lines of a Python source that break a rule."""
    return sorted({getattr(node, "lineno", 0) for node in ast.walk(ast.parse(source)) if rule(node)})


INLINE = re.compile(
    r"<script(?![^>]*\b(?:src=|type=\"application/(?:ld\+)?json\"))[^>]*>|\son[a-z]+\s*=\s*[\"']|javascript:", re.IGNORECASE
)
UNESCAPED = re.compile(r"\|\s*safe(?:seq)?\b|autoescape\s+off|\bdebug\b\s*%\}")
ELSEWHERE = re.compile(
    r"<(?:script|img|iframe|source|video|audio|embed|object)\b[^>]*\b(?:src|data)=[\"'](?:https?:)?//", re.IGNORECASE
)
STYLED = re.compile(r"<link\b[^>]*rel=[\"']stylesheet[\"'][^>]*href=[\"'](?:https?:)?//", re.IGNORECASE)
SHEET = re.compile(r"(?:url\(|@import)\s*[\"']?(?:https?:)?//", re.IGNORECASE)
SCRIPT = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|localStorage|sessionStorage|indexedDB|document\.cookie|postMessage|__proto__"
)


def found(text: str, *rules: re.Pattern[str]) -> list[str]:
    return [match.group() for rule in rules for match in rule.finditer(text)]
