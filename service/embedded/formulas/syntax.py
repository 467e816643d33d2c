"""Formulas read into trees."""

from collections.abc import Iterator
from dataclasses import dataclass

from service.embedded.book.locales import LocaleRules
from service.embedded.formulas.formula_tokens import FormulaError, FormulaToken, TokenKind, split

DEEPEST = 60
_LEVELS = (("=", "<>", "<", "<=", ">", ">="), ("&",), ("+", "-"), ("*", "/"), ("^",))


@dataclass(frozen=True, slots=True)
class Constant:
    """A number, text or boolean."""

    value: str | float | bool


@dataclass(frozen=True, slots=True)
class Reference:
    """A cell or range as written."""

    text: str


@dataclass(frozen=True, slots=True)
class Name:
    """A named range."""

    text: str


@dataclass(frozen=True, slots=True)
class Broken:
    """An error value written in the formula itself."""

    code: str


@dataclass(frozen=True, slots=True)
class Operation:
    """An operator with one or two operands."""

    sign: str
    operands: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Function:
    """A function with its arguments; None is one left empty."""

    name: str
    arguments: tuple["Node | None", ...]


Node = Constant | Reference | Name | Broken | Operation | Function


def parse(formula: str, rules: LocaleRules) -> Node:
    """Return the tree of a formula that begins with an equals sign."""
    tokens = [token for token in split(formula.removeprefix("="), rules) if token.kind is not TokenKind.SPACE]
    return _FormulaParser(tokens, rules).whole()


class _FormulaParser:
    def __init__(self, tokens: list[FormulaToken], rules: LocaleRules) -> None:
        self._tokens = tokens
        self._rules = rules
        self._at = 0
        self._depth = 0

    def whole(self) -> Node:
        node = self._level(0)
        if self._at != len(self._tokens):
            raise FormulaError(self._tokens[self._at].text)
        return node

    def _peek(self) -> str:
        return self._tokens[self._at].text if self._at < len(self._tokens) else ""

    def _take(self) -> FormulaToken:
        if self._at >= len(self._tokens):
            raise FormulaError("unexpected end")
        self._at += 1
        return self._tokens[self._at - 1]

    def _is_operator(self, signs: tuple[str, ...]) -> bool:
        return self._peek() in signs and self._tokens[self._at].kind is TokenKind.OPERATOR

    def _level(self, level: int) -> Node:
        if level == len(_LEVELS):
            return self._signed()
        node = self._level(level + 1)
        while self._is_operator(_LEVELS[level]):
            node = Operation(self._take().text, (node, self._level(level + 1)))
        return node

    def _signed(self) -> Node:
        signs = []
        while self._is_operator(("+", "-")):
            signs.append(self._take().text)
        node = self._primary()
        while self._is_operator(("%",)):
            self._take()
            node = Operation("%", (node,))
        for sign in reversed(signs):
            node = Operation(sign, (node,))
        return node

    def _primary(self) -> Node:
        self._depth += 1
        if self._depth > DEEPEST:
            raise FormulaError("too deep")
        token = self._take()
        if token.text == "(":
            node = self._level(0)
            self._close()
        elif token.kind is TokenKind.FUNCTION:
            node = self._function(token.text)
        else:
            node = self._plain(token)
        self._depth -= 1
        return node

    def _close(self) -> None:
        if self._take().text != ")":
            raise FormulaError("missing )")

    def _plain(self, token: FormulaToken) -> Node:
        match token.kind:
            case TokenKind.NUMBER:
                return Constant(float(token.text.replace(self._rules.decimal, ".")))
            case TokenKind.TEXT:
                return Constant(token.text[1:-1].replace('""', '"'))
            case TokenKind.REFERENCE:
                return Reference(token.text)
            case TokenKind.ERROR:
                return Broken(token.text)
            case TokenKind.NAME:
                return (
                    Constant(token.text.upper() == "TRUE")
                    if token.text.upper() in ("TRUE", "FALSE")
                    else Name(token.text)
                )
        raise FormulaError(token.text)

    def _function(self, name: str) -> Node:
        self._take()
        arguments: list[Node | None] = []
        if self._peek() == ")":
            self._take()
            return Function(name.upper(), ())
        while True:
            arguments.append(self._argument())
            token = self._take()
            if token.text == ")":
                return Function(name.upper(), tuple(arguments))
            if token.kind is not TokenKind.SEPARATOR:
                raise FormulaError(token.text)

    def _argument(self) -> Node | None:
        if (self._at < len(self._tokens) and self._tokens[self._at].kind is TokenKind.SEPARATOR) or self._peek() == ")":
            return None
        return self._level(0)


def references(node: Node | None) -> Iterator[Reference | Name]:
    """Return every reference within a tree, in order."""
    if isinstance(node, Reference | Name):
        yield node
    elif isinstance(node, Operation):
        for operand in node.operands:
            yield from references(operand)
    elif isinstance(node, Function):
        for argument in node.arguments:
            yield from references(argument)
