"""The text form: a recursive descent parser, and the way back.

    filter     = either
    either     = both { OR both }
    both       = single { AND single }
    single     = NOT single | "(" either ")" | comparison
    comparison = field operator value | field [NOT] IN ( "(" value { "," value } ")" | name )
    value      = string | number | time | word { (+|-) duration }

AND binds tighter than OR, as in SQL and against AIP-160 (where OR does): a filter box in a product is read by
people who know SQL or spreadsheets. The canonical text brackets every mixed group, so saved filters read the
same either way.
"""

from __future__ import annotations

from chassis.filters.building import Builder
from chassis.filters.errors import InvalidFilter, closest
from chassis.filters.fields import Catalogue
from chassis.filters.lexer import Token, tokens
from chassis.filters.nodes import And, Comparison, Filter, Node, Not, Or
from chassis.filters.values import Raw, literal

_OPERATORS = ("=", "!=", "<", "<=", ">", ">=", "~", ":", "==", "<>", "=~", "!~")
_JOINTS = {"&&": "AND", "||": "OR"}


def from_text(text: str, catalogue: Catalogue) -> Filter:
    """The filter that `text` says; blank text matches everything."""
    return Filter(_Parser(text, catalogue).whole() if text.strip() else None)


class _Parser:
    def __init__(self, text: str, catalogue: Catalogue) -> None:
        self._tokens = tokens(text)
        self._at = 0
        self._level = 0
        self._build = Builder(catalogue)

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    def _take(self) -> Token:
        token = self._next
        self._at += token.kind != "end"
        return token

    def _take_word(self, *words: str) -> Token | None:
        return self._take() if self._next.is_word(*words) else None

    def _take_symbol(self, *symbols: str) -> Token | None:
        return self._take() if self._next.is_symbol(*symbols) else None

    def whole(self) -> Node:
        node = self._either()
        if self._next.kind != "end":
            shown = self._next
            joints = ("AND", "OR")
            likely = (
                _JOINTS.get(shown.text) or (closest(shown.text, [j.lower() for j in joints]) or "").upper()
            )
            raise InvalidFilter(
                shown.position, f"Expected AND, OR or the end, not {shown.shown}.", joints, likely or None
            )
        return node

    def _either(self) -> Node:
        start = self._next.position
        parts = [self._both()]
        while self._take_word("OR"):
            parts.append(self._both())
        return self._build.any_of(parts, start)

    def _both(self) -> Node:
        start = self._next.position
        parts = [self._single()]
        while self._take_word("AND"):
            parts.append(self._single())
        return self._build.all_of(parts, start)

    def _single(self) -> Node:
        start = self._next.position
        self._level += 1
        self._build.nested(self._level, start)
        if self._take_word("NOT"):
            node = self._build.negation(self._single(), start)
        elif self._take_symbol("("):
            node = self._either()
            if not self._take_symbol(")"):
                raise InvalidFilter(
                    self._next.position, f"Expected ')', not {self._next.shown}.", (")", "AND", "OR")
                )
        else:
            node = self._comparison()
        self._level -= 1
        return node

    def _comparison(self) -> Node:
        name = self._take()
        if name.kind != "word" or name.is_word("AND", "OR", "IN"):
            raise InvalidFilter(name.position, f"Expected a field, not {name.shown}.", self._fields())
        field = Raw(name.text, "word", name.position)
        denied = self._take_word("NOT")
        if operator := self._take_word("IN"):
            node: Node = self._build.comparison(field, Raw("in", "word", operator.position), self._list())
            return self._build.negation(node, name.position) if denied else node
        operator = self._take()
        if (
            denied
            or operator.kind == "end"
            or (operator.kind == "symbol" and operator.text not in _OPERATORS)
        ):
            known = self._build.catalogue.field(name.text, name.position)
            wanted = "IN" if denied else "an operator"
            raise InvalidFilter(
                operator.position,
                f"Expected {wanted} after '{name.text}', not {operator.shown}.",
                ("IN",) if denied else known.operators,
                f"{name.text} = true" if known.type == "boolean" and not denied else None,
            )
        value = self._value() if operator.kind == "symbol" else Raw("", "string", operator.position)
        return self._build.comparison(field, Raw(operator.text, "word", operator.position), [value])

    def _list(self) -> list[Raw]:
        if not self._take_symbol("("):
            return [self._value()]
        values = [self._value()]
        while self._take_symbol(","):
            values.append(self._value())
        if not self._take_symbol(")"):
            raise InvalidFilter(
                self._next.position, f"Expected ',' or ')', not {self._next.shown}.", (",", ")")
            )
        return values

    def _value(self) -> Raw:
        token = self._take()
        position = token.position
        if token.is_symbol("-") and self._next.kind == "number":
            return Raw("-" + self._take().text, "number", position)
        if token.kind in ("end", "symbol") or token.is_word("AND", "OR", "NOT", "IN"):
            raise InvalidFilter(
                position, f"Expected a value, not {token.shown}; texts go into double quotes."
            )
        if token.kind == "string":
            return Raw(token.text, "string", position)
        if token.kind == "number":
            return Raw(token.text, "number", position)
        text = token.text
        while token.kind == "word" and (sign := self._take_symbol("+", "-")):
            step = self._take()
            if step.kind != "duration":
                raise InvalidFilter(
                    step.position, f"Expected a duration such as 30d or 2h, not {step.shown}."
                )
            text += f" {sign.text} {step.text}"
        return Raw(text, "word", position)

    def _fields(self) -> list[str]:
        return [field.name for field in self._build.catalogue]


def to_text(item: Filter | Node) -> str:
    """The canonical text form; parses back to the same filter. The empty filter is the empty text."""
    match item:
        case Filter():
            return "" if item.root is None else to_text(item.root)
        case Comparison(field=field, operator="in", values=values):
            return f"{field.name} IN ({', '.join(literal(value) for value in values)})"
        case Comparison(field=field, operator=operator, values=(value,)):
            return (
                f"{field.name}:{literal(value)}"
                if operator == ":"
                else f"{field.name} {operator} {literal(value)}"
            )
        case Not(part=part):
            return f"NOT {_bracketed(part)}"
        case And(parts=parts):
            return " AND ".join(_bracketed(part) for part in parts)
        case Or(parts=parts):
            return " OR ".join(_bracketed(part) for part in parts)
    raise TypeError(f"{item!r} is no filter")


def _bracketed(node: Node) -> str:
    return f"({to_text(node)})" if isinstance(node, And | Or) else to_text(node)
