"""Formulas read into programs: steps in the order in which a stack of values is worked off.

No step nests in another, so that neither reading nor computing a formula recurses, however long or deep it is.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from service.embedded.api_errors import JsonValue
from service.embedded.book.locales import LocaleRules
from service.embedded.formulas import operators
from service.embedded.formulas.formula_tokens import FormulaError, FormulaToken, TokenKind, split

DEEPEST = 60
_LEVEL_OF = {
    sign: level
    for level, signs in enumerate((("=", "<>", "<", "<=", ">", ">="), ("&",), ("+", "-"), ("*", "/"), ("^",)))
    for sign in signs
}
_SIGN_LEVEL = len(_LEVEL_OF)  # a sign before a value binds closer than any operator between two


@dataclass(frozen=True, slots=True)
class Constant:
    """A number, text, boolean or error; None is an argument left empty."""

    value: JsonValue


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
    """An operator on the last one or two values."""

    sign: str
    count: int


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the last so many values."""

    name: str
    count: int


Step = Constant | Reference | Name | Broken | Operation | Function
Program = tuple[Step, ...]


def parse(formula: str, rules: LocaleRules) -> Program:
    """Return the program of a formula that begins with an equals sign."""
    tokens = [token for token in split(formula.removeprefix("="), rules) if token.kind is not TokenKind.SPACE]
    return _FormulaParser(rules).program(tokens)


def references(program: Program) -> Iterator[Reference | Name]:
    """Return every reference of a program, in order."""
    return (step for step in program if isinstance(step, Reference | Name))


@dataclass(slots=True)
class _Open:
    """What waits for its last value: an operator, a sign, a bracket, or a function with the arguments so far."""

    text: str
    level: int = -1  # of operators and signs
    count: int = 0  # of operands; of arguments so far

    @property
    def is_function(self) -> bool:
        return self.level < 0 and bool(self.text)


class _FormulaParser:
    """Puts steps in order by the precedence of operators (the shunting-yard algorithm)."""

    def __init__(self, rules: LocaleRules) -> None:
        self._rules = rules
        self._steps: list[Step] = []
        self._open: list[_Open] = []
        self._depth = 0
        self._wants_value = True
        self._begins_argument = False

    def program(self, tokens: list[FormulaToken]) -> Program:
        for token in tokens:
            if self._wants_value:
                self._value(token)
            else:
                self._after_value(token)
        self._close_operators()
        if self._wants_value or self._open:
            raise FormulaError("unexpected end")
        return tuple(self._steps)

    def _value(self, token: FormulaToken) -> None:
        begins, self._begins_argument = self._begins_argument, False
        if token.text == "(" and self._open and self._open[-1].is_function and self._open[-1].count < 0:
            self._open[-1].count = 0
            self._begins_argument = True
        elif token.text in ("+", "-"):
            self._open.append(_Open(token.text, _SIGN_LEVEL, 1))
        elif token.text == "(" or token.kind is TokenKind.FUNCTION:
            self._deeper(token)
        elif begins and (token.text == ")" or token.kind is TokenKind.SEPARATOR):
            self._empty_argument(token)
        else:
            self._steps.append(self._plain(token))
            self._wants_value = False

    def _deeper(self, token: FormulaToken) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise FormulaError("too deep")
        # the bracket after a function's name is still to come: a count of -1
        is_function = token.kind is TokenKind.FUNCTION
        self._open.append(_Open(token.text.upper(), count=-1) if is_function else _Open(""))

    def _empty_argument(self, token: FormulaToken) -> None:
        self._wants_value = False
        if token.text == ")" and not self._open[-1].count:
            self._open[-1].count = -1  # no argument at all
        else:
            self._steps.append(Constant(None))
        self._after_value(token)

    def _after_value(self, token: FormulaToken) -> None:
        if token.text == ")":
            self._close_bracket()
        elif token.kind is TokenKind.SEPARATOR:
            self._next_argument(token)
        elif token.kind is not TokenKind.OPERATOR:
            raise FormulaError(token.text)
        elif token.text == "%":
            self._steps.append(Operation("%", 1))
        elif token.text in _LEVEL_OF:
            level = _LEVEL_OF[token.text]
            self._close_operators(level)
            self._open.append(_Open(token.text, level, 2))
            self._wants_value = True
        else:
            raise FormulaError(token.text)

    def _close_operators(self, level: int = 0) -> None:
        while self._open and self._open[-1].level >= level:
            last = self._open.pop()
            self._steps.append(Operation(last.text, last.count))

    def _close_bracket(self) -> None:
        self._close_operators()
        if not self._open:
            raise FormulaError(")")
        self._depth -= 1
        last = self._open.pop()
        if last.is_function:
            self._steps.append(Function(last.text, last.count + 1))

    def _next_argument(self, token: FormulaToken) -> None:
        self._close_operators()
        if not self._open or not self._open[-1].is_function:
            raise FormulaError(token.text)
        self._open[-1].count += 1
        self._wants_value = self._begins_argument = True

    def _plain(self, token: FormulaToken) -> Step:
        match token.kind:
            case TokenKind.NUMBER:
                return Constant(operators.tidy(float(token.text.replace(self._rules.decimal, "."))))
            case TokenKind.TEXT:
                return Constant(token.text[1:-1].replace('""', '"'))
            case TokenKind.REFERENCE:
                return Reference(token.text)
            case TokenKind.ERROR:
                return Broken(token.text)
            case TokenKind.NAME:
                truth = token.text.upper()
                return Constant(truth == "TRUE") if truth in ("TRUE", "FALSE") else Name(token.text)
        raise FormulaError(token.text)
