"""The parser of filters; their grammar is in adapters/cli/topics/filters.md."""

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final, NoReturn

from domain.run_filter.fields import (
    CALL_FIELDS,
    CALL_SCOPE,
    FINGERPRINT,
    OUTSIDE,
    RUN_FIELDS,
    SYNONYMS,
    Field,
    Kind,
)
from domain.run_filter.filter import (
    AnyCall,
    Compare,
    Not,
    Operator,
    RunFilter,
    all_of,
    any_of,
    equal,
    of_failure,
)
from domain.run_filter.tokens import FilterRefused, Form, Token, tokens_of
from domain.run_filter.values import FORMS, NOTHING, comparison

_NOT_EQUAL: Final = "!="
_KEYWORDS: Final = ("AND", "OR", "NOT", "IN")
_MAX_DEPTH: Final = 50
_OPERATORS: Final[Mapping[Kind, tuple[str, ...]]] = {
    Kind.TEXT: ("=", "!=", "~"),
    Kind.WORD: ("=", "!="),
    Kind.NUMBER: ("=", "!=", "<", "<=", ">", ">="),
    Kind.DURATION: ("=", "!=", "<", "<=", ">", ">="),
    Kind.INSTANT: ("=", "!=", "<", "<=", ">", ">="),
}


def parse_filter(
    text: str, *, now: datetime, fields: Mapping[str, Field] = RUN_FIELDS
) -> RunFilter:
    """Return the filter; relative times count back from `now`. Raises `FilterRefused`.

    Only runs have calls: other things have these `fields` alone.
    """
    return _Parser(text, now=now, fields=fields).whole()


class _Parser:
    """Reads token after token, and descends one rule of the grammar at a time."""

    def __init__(self, text: str, *, now: datetime, fields: Mapping[str, Field]) -> None:
        self._text, self._now, self._fields = text, now, fields
        self._has_calls = fields is RUN_FIELDS
        self._tokens: Iterator[Token] = iter(tokens_of(text))
        self._token = next(self._tokens)
        self._depth = 0
        self._is_about_a_call = False

    def whole(self) -> RunFilter:
        found = self._any()
        if self._token.form is not Form.END:
            self._refuse("AND, OR or the end")
        return found

    def _any(self) -> RunFilter:
        return any_of(*self._chain("OR", self._all))

    def _all(self) -> RunFilter:
        return all_of(*self._chain("AND", self._one))

    def _chain(self, keyword: str, part: Callable[[], RunFilter]) -> Iterator[RunFilter]:
        yield part()
        while self._token.is_word(keyword):
            self._next()
            yield part()

    def _one(self) -> RunFilter:
        if self._token.is_word("NOT"):
            self._next()
            return Not(self._deeper(self._one))
        if self._token.form is Form.OPEN:
            self._next()
            return self._closed()
        return self._comparison()

    def _closed(self) -> RunFilter:
        found = self._deeper(self._any)
        self._take(Form.CLOSE)
        return found

    def _deeper(self, part: Callable[[], RunFilter]) -> RunFilter:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            why = f"it is nested more than {_MAX_DEPTH} deep"
            raise FilterRefused(self._text, start=self._token.start, end=self._token.end, why=why)
        found = part()
        self._depth -= 1
        return found

    def _comparison(self) -> RunFilter:
        name = self._token
        if name.form is not Form.WORD or name.value.upper() in _KEYWORDS:
            self._refuse("a field, NOT or '('")
        self._next()
        if self._has_calls and name.is_word(CALL_SCOPE) and self._token.form is Form.OPEN:
            return self._call(name)
        field, is_of_a_call = self._field(name)
        found, is_negated = self._compared(field)
        if is_of_a_call and not self._is_about_a_call:
            return _about_calls(found, is_negated=is_negated)
        if field.name == FINGERPRINT and not is_of_a_call:
            found = of_failure(found)
        return Not(found) if is_negated else found

    def _call(self, name: Token) -> RunFilter:
        if self._is_about_a_call:
            self._wrong(name, "a call has no calls: the fields within are its own", CALL_FIELDS)
        self._next()
        self._is_about_a_call = True
        found = self._closed()
        self._is_about_a_call = False
        return AnyCall(found)

    def _field(self, token: Token) -> tuple[Field, bool]:
        """Return the field that is named, and whether it is one of calls."""
        name = token.value.lower()
        if self._is_about_a_call:
            field = CALL_FIELDS.get(OUTSIDE.get(name, name))
            return field or self._unknown(token, CALL_FIELDS), True
        if not self._has_calls:
            return self._fields.get(name) or self._unknown(token, self._fields), False
        if name in OUTSIDE:
            return CALL_FIELDS[OUTSIDE[name]], True
        field = RUN_FIELDS.get(SYNONYMS.get(name, name))
        return field or self._unknown(token, [*RUN_FIELDS, *OUTSIDE]), False

    def _compared(self, field: Field) -> tuple[RunFilter, bool]:
        """Return what is compared, and whether the opposite is meant."""
        is_negated = self._token.is_word("NOT")
        if is_negated:
            self._next()
        if self._token.is_word("IN"):
            self._next()
            found = self._in(field)
        elif is_negated:
            self._refuse("IN")
        else:
            sign = self._operator(field)
            is_negated = sign == _NOT_EQUAL
            found = self._value(field, Operator.EQUAL if is_negated else Operator(sign))
        return found, is_negated

    def _operator(self, field: Field) -> str:
        token = self._token
        if token.form is not Form.OPERATOR:
            self._refuse("one of the operators", [*_OPERATORS[field.kind], "IN"])
        if token.value not in _OPERATORS[field.kind]:
            why = f"{token.value} does not fit {field.name}, which is {_form(field)}"
            self._wrong(token, why, [*_OPERATORS[field.kind], "IN"])
        self._next()
        return token.value

    def _in(self, field: Field) -> RunFilter:
        self._take(Form.OPEN)
        values = [self._value(field, Operator.EQUAL)]
        while self._token.form is Form.COMMA:
            self._next()
            values.append(self._value(field, Operator.EQUAL))
        self._take(Form.CLOSE)
        return any_of(*values)

    def _value(self, field: Field, operator: Operator) -> RunFilter:
        token = self._token
        is_word = token.form is Form.WORD
        if not is_word and token.form is not Form.TEXT:
            self._refuse(_form(field), field.words)
        if is_word and token.value.upper() in _KEYWORDS:
            why = f"{token.value} is a word of the grammar; as a value, put it in quotes"
            self._wrong(token, why)
        self._next()
        if is_word and token.is_word(NOTHING) and operator is Operator.EQUAL:
            return self._nothing(field, token)
        found = comparison(field, operator, token.value, now=self._now)
        if found is None:
            why = f"{field.name} is {_form(field)}, not {token.value!r}"
            self._wrong(token, f"{why}{_meant(token.value, field.words)}", field.words)
        return found

    def _nothing(self, field: Field, token: Token) -> Compare:
        if not field.is_optional:
            thing = "run" if self._has_calls else "entry"
            why = f"every {thing} has a value of {field.name}; for the text, write '{NOTHING}'"
            self._wrong(token, why, field.words)
        return equal(field.name, None)

    def _next(self) -> None:
        self._token = next(self._tokens)

    def _take(self, form: Form) -> None:
        if self._token.form is not form:
            self._refuse({Form.CLOSE: "AND, OR or ')'"}.get(form, form.value))
        self._next()

    def _refuse(self, expected: str, allowed: Iterable[str] = ()) -> NoReturn:
        token = self._token
        found = Form.END.value if token.form is Form.END else repr(token.value)
        self._wrong(token, f"found {found}, expected {expected}", allowed)

    def _unknown(self, token: Token, known: Iterable[str]) -> NoReturn:
        self._wrong(token, f"no field {token.value!r}{_meant(token.value, known)}", known)

    def _wrong(self, token: Token, why: str, allowed: Iterable[str] = ()) -> NoReturn:
        raise FilterRefused(self._text, start=token.start, end=token.end, why=why, allowed=allowed)


def _about_calls(found: RunFilter, *, is_negated: bool) -> RunFilter:
    """`tool != x` means that no call is of x; `call.error != none`, that one has an error."""
    is_nothing = isinstance(found, Compare) and found.value is None
    if is_negated and is_nothing:
        return AnyCall(Not(found))
    return Not(AnyCall(found)) if is_negated else AnyCall(found)


def _form(field: Field) -> str:
    return FORMS.get(field.kind, field.kind.value)


def _meant(word: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(word.lower(), list(known), n=1)
    return f"; did you mean {near[0]}?" if near else ""
