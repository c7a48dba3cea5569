"""The formulas people put under and beside a table, worked out: sums, counts, shares. Pure.

Only what is certain is worked out; anything else raises :class:`CannotTell`, the value is left empty and the program
that opens the file works it out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from decimal import ROUND_HALF_UP, Decimal, DivisionByZero, InvalidOperation
from itertools import islice
from typing import Any, NamedTuple, Protocol

from .references import column_number

Value = Any  # None (blank), bool, int, Decimal, str


class Look(Protocol):
    """What a formula sees: one cell, or a stretch of a column."""

    def __call__(self, row: int, column: int) -> Value: ...
    def span(self, top: int, bottom: int, column: int) -> Iterable[Value]: ...


_TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d+(?:\.\d+)?|\.\d+)(?![A-Za-z(:0-9])
    |(?P<text>"(?:[^"]|"")*")
    |(?P<area>\$?[A-Za-z]{1,3}\$?\d{1,7}(?::\$?[A-Za-z]{1,3}\$?\d{1,7})?)(?![A-Za-z0-9_.(!])
    |(?P<name>[A-Za-z][A-Za-z0-9.]*)(?=\()
    |(?P<word>TRUE|FALSE)(?![A-Za-z0-9_.(!])
    |(?P<sign><>|<=|>=|[-+*/^&=<>(),%]))""",
    re.VERBOSE,
)
_AREA = re.compile(r"(\$?)([A-Za-z]{1,3})(\$?)(\d{1,7})(?::(\$?)([A-Za-z]{1,3})(\$?)(\d{1,7}))?")
_DEEPEST = 40
_LONGEST = 200  # tokens: each sign is a call inside a call


class _Nothing:
    """An empty sheet."""

    def __call__(self, row: int, column: int) -> Value:
        return None

    def span(self, top: int, bottom: int, column: int) -> Iterable[Value]:
        return ()


class CannotTell(Exception):
    """The formula uses something that is not worked out here."""


class Fault(Exception):
    """The formula gives an error value such as #DIV/0!."""


class _Token(NamedTuple):
    kind: str
    text: str


class _Span(NamedTuple):
    """A rectangle: each end relative to the formula's own row unless fixed. Columns are as written."""

    top: int
    top_fixed: bool
    bottom: int
    bottom_fixed: bool
    left: int
    right: int
    single: bool


class Formula:
    """A formula read once; ``value(look, down)`` works it out as if it had been copied ``down`` rows."""

    def __init__(self, text: str) -> None:
        """CannotTell for what is not known here."""
        self._tokens = list(islice(_tokens(text.removeprefix("=")), _LONGEST + 1))
        if len(self._tokens) > _LONGEST:
            raise CannotTell(text)
        self._at = 0
        self._spans: list[_Span] = []
        self._run = self._compare(0)
        if self._at != len(self._tokens):
            raise CannotTell(text)

    def value(self, look: Look, down: int = 0) -> Value:
        """CannotTell, or Fault with the error value."""
        try:
            return _plain(self._run(look, down))
        except (DivisionByZero, ZeroDivisionError):
            raise Fault("#DIV/0!") from None
        except (InvalidOperation, OverflowError):
            raise Fault("#NUM!") from None

    # Reading

    def _next(self, *wanted: str) -> str | None:
        if (
            self._at < len(self._tokens)
            and self._tokens[self._at].kind == "sign"
            and self._tokens[self._at].text in wanted
        ):
            self._at += 1
            return self._tokens[self._at - 1].text
        return None

    def _compare(self, depth: int) -> Callable[[Look, int], Value]:
        left = self._join(depth)
        while sign := self._next("=", "<>", "<", ">", "<=", ">="):
            left = _comparing(sign, left, self._join(depth))
        return left

    def _join(self, depth: int) -> Callable[[Look, int], Value]:
        left = self._add(depth)
        while self._next("&"):
            left = _joining(left, self._add(depth))
        return left

    def _add(self, depth: int) -> Callable[[Look, int], Value]:
        left = self._multiply(depth)
        while sign := self._next("+", "-"):
            left = _reckoning(sign, left, self._multiply(depth))
        return left

    def _multiply(self, depth: int) -> Callable[[Look, int], Value]:
        left = self._sign(depth)
        while sign := self._next("*", "/"):
            left = _reckoning(sign, left, self._sign(depth))
        return left

    def _sign(self, depth: int) -> Callable[[Look, int], Value]:
        if depth > _DEEPEST:
            raise CannotTell
        if self._next("-"):
            inner = self._sign(depth + 1)
            return lambda look, down: -_number(inner(look, down))
        if self._next("+"):
            return self._sign(depth + 1)
        inner = self._one(depth + 1)
        while self._next("%"):
            inner = _hundredth(inner)
        return inner

    def _one(self, depth: int) -> Callable[[Look, int], Value]:
        if self._next("("):
            inner = self._compare(depth + 1)
            self._close()
            return inner
        if self._at >= len(self._tokens):
            raise CannotTell
        kind, text = self._tokens[self._at]
        self._at += 1
        if kind == "number":
            number = Decimal(text)
            return lambda look, down: number
        if kind == "text":
            words = text[1:-1].replace('""', '"')
            return lambda look, down: words
        if kind == "word":
            truth = text == "TRUE"
            return lambda look, down: truth
        if kind == "area":
            span = _span(text)
            if not span.single:
                raise CannotTell(text)
            return lambda look, down: look(_at(span.top, span.top_fixed, down), span.left)
        if kind == "name":
            return self._function(text.upper(), depth)
        raise CannotTell(text)

    def _close(self) -> None:
        if not self._next(")"):
            raise CannotTell

    def _function(self, name: str, depth: int) -> Callable[[Look, int], Value]:
        self._at += 1  # the bracket, which the token looked ahead to
        if name in _OF_MANY:
            work = _OF_MANY[name]
            parts = self._parts(depth)
            return lambda look, down: work([value for part in parts for value in part(look, down)])
        if name == "SUBTOTAL":
            parts = self._parts(depth)
            work = _OF_MANY["SUM"]
            code = next(iter(parts[0](_Nothing(), 0)))
            if code not in {9, 109}:
                raise CannotTell(name)
            return lambda look, down: work([value for part in parts[1:] for value in part(look, down)])
        arguments = [self._compare(depth + 1)]
        while self._next(","):
            arguments.append(self._compare(depth + 1))
        self._close()
        return _function(name, arguments)

    def _parts(self, depth: int) -> list[Callable[[Look, int], Iterator[Value]]]:
        parts = [self._part(depth)]
        while self._next(","):
            parts.append(self._part(depth))
        self._close()
        return parts

    def _part(self, depth: int) -> Callable[[Look, int], Iterator[Value]]:
        """One argument of SUM and its like: a range, or a value of its own."""
        if self._at >= len(self._tokens):
            raise CannotTell("SUM(")
        alone = self._at + 1 < len(self._tokens) and self._tokens[self._at + 1].text in {",", ")"}
        if self._tokens[self._at].kind == "area" and alone:
            span = _span(self._tokens[self._at].text)
            self._at += 1
            return lambda look, down: _each(span, look, down)
        inner = self._compare(depth + 1)

        def one(look: Look, down: int) -> Iterator[Value]:
            yield _number(inner(look, down))

        return one


def _tokens(text: str) -> Iterator[_Token]:
    place = 0
    text = text.rstrip()
    while place < len(text):
        found = _TOKEN.match(text, place)
        if not found:
            raise CannotTell(text)
        kind = found.lastgroup or ""
        yield _Token(kind, found[kind])
        place = found.end()


def _span(text: str) -> _Span:
    found = _AREA.fullmatch(text)
    if not found:
        raise CannotTell(text)
    top, left, fixed = int(found[4]), column_number(found[2]), bool(found[3])
    if not found[6]:
        return _Span(top, fixed, top, fixed, left, left, single=True)
    return _Span(top, fixed, int(found[8]), bool(found[7]), left, column_number(found[6]), single=False)


def _at(row: int, fixed: bool, down: int) -> int:
    return row if fixed else row + down


def _each(span: _Span, look: Look, down: int) -> Iterator[Value]:
    for column in range(span.left, span.right + 1):
        yield from look.span(_at(span.top, span.top_fixed, down), _at(span.bottom, span.bottom_fixed, down), column)


def _number(value: Value) -> Any:
    if value is None:
        return 0
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, str):
        try:
            return Decimal(value.strip())
        except InvalidOperation:
            raise Fault("#VALUE!") from None
    return value


def _text(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return format(_plain(value), "f") if isinstance(value, Decimal) else str(value)


def _plain(value: Value) -> Value:
    """A whole Decimal as int, so that 3.0 is written 3; fifteen digits, as a spreadsheet keeps them."""
    if isinstance(value, Decimal):
        rounded = Decimal(repr(float(value)))
        return int(rounded) if rounded == rounded.to_integral_value() and abs(rounded) < 10**15 else rounded
    return value


def _reckoning(sign: str, left: Callable[..., Value], right: Callable[..., Value]) -> Callable[[Look, int], Value]:
    def run(look: Look, down: int) -> Value:
        first, second = _number(left(look, down)), _number(right(look, down))
        if sign == "+":
            return first + second
        if sign == "-":
            return first - second
        if sign == "*":
            return first * second
        if not second:
            raise Fault("#DIV/0!")
        return Decimal(first) / Decimal(second)

    return run


def _joining(left: Callable[..., Value], right: Callable[..., Value]) -> Callable[[Look, int], Value]:
    return lambda look, down: _text(left(look, down)) + _text(right(look, down))


def _hundredth(inner: Callable[..., Value]) -> Callable[[Look, int], Value]:
    return lambda look, down: Decimal(_number(inner(look, down))) / 100


def _comparing(sign: str, left: Callable[..., Value], right: Callable[..., Value]) -> Callable[[Look, int], Value]:
    def run(look: Look, down: int) -> bool:
        first, second = left(look, down), right(look, down)
        if isinstance(first, str) or isinstance(second, str):
            one, other = _text(first).casefold(), _text(second).casefold()
            if sign not in {"=", "<>"}:
                raise CannotTell
            return (one == other) is (sign == "=")
        one, other = _number(first), _number(second)
        return bool(
            {
                "=": one == other,
                "<>": one != other,
                "<": one < other,
                ">": one > other,
                "<=": one <= other,
                ">=": one >= other,
            }[sign]
        )

    return run


def _numbers(values: list[Value]) -> list[Any]:
    return [value for value in values if isinstance(value, int | Decimal) and not isinstance(value, bool)]


def _average(values: list[Value]) -> Value:
    known = _numbers(values)
    if not known:
        raise Fault("#DIV/0!")
    return Decimal(sum(known)) / len(known)


_OF_MANY: dict[str, Callable[[list[Value]], Value]] = {
    "SUM": lambda values: sum(_numbers(values)),
    "AVERAGE": _average,
    "COUNT": lambda values: len(_numbers(values)),
    "COUNTA": lambda values: sum(value is not None for value in values),
    "MAX": lambda values: max(_numbers(values), default=0),
    "MIN": lambda values: min(_numbers(values), default=0),
}


def _function(name: str, arguments: list[Callable[..., Value]]) -> Callable[[Look, int], Value]:
    many = len(arguments)
    if name == "ROUND" and many == 2:
        return lambda look, down: _rounded(_number(arguments[0](look, down)), int(_number(arguments[1](look, down))))
    if name == "ABS" and many == 1:
        return lambda look, down: abs(_number(arguments[0](look, down)))
    if name == "IF" and many in {2, 3}:

        def choose(look: Look, down: int) -> Value:
            if _number(arguments[0](look, down)):
                return arguments[1](look, down)
            return arguments[2](look, down) if many == 3 else False

        return choose
    if name == "IFERROR" and many == 2:

        def guard(look: Look, down: int) -> Value:
            try:
                return arguments[0](look, down)
            except (Fault, DivisionByZero, ZeroDivisionError, InvalidOperation):
                return arguments[1](look, down)

        return guard
    raise CannotTell(name)


def _rounded(value: Any, digits: int) -> Value:
    if not -15 <= digits <= 15:
        raise CannotTell
    return Decimal(value).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
