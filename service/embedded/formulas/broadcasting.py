"""Operators on ranges and tables, place by place; a single row, column or value stands for as many as are needed."""

from service.embedded.formulas import arguments, operators
from service.embedded.formulas.arguments import Rows, Setting
from service.embedded.formulas.cell_errors import NOT_FOUND
from service.embedded.formulas.formula_work import CHARACTERS_OF_RESULT
from service.embedded.formulas.operators import Argument, ComputedTable

CELLS_OF_STEP = 2


def is_needed(operands: list[Argument]) -> bool:
    """Return True if an operand is several values."""
    return any(arguments.is_many(one) and arguments.shape(one) != (1, 1) for one in operands)


def operate(sign: str, operands: list[Argument], setting: Setting) -> ComputedTable:
    """Return what an operator gives at every place."""
    table = []
    for places in places_of(operands, setting):
        row = [operators.operate(sign, list(values), setting.rules) for values in places]
        setting.spend(sum(len(value) for value in row if isinstance(value, str)) // CHARACTERS_OF_RESULT)
        table.append(row)
    return ComputedTable(table)


def places_of(operands: list[Argument], setting: Setting) -> list[list[tuple[Argument, ...]]]:
    """Return the operands' values place by place, by rows."""
    shapes = [arguments.shape(one) for one in operands]
    height, width = max(rows for rows, _ in shapes), max(columns for _, columns in shapes)
    setting.spend(1 + height * width // CELLS_OF_STEP)
    stretched = [_stretched(arguments.rows_of(one, setting), height, width) for one in operands]
    return [[tuple(rows[row][column] for rows in stretched) for column in range(width)] for row in range(height)]


def _stretched(rows: Rows, height: int, width: int) -> Rows:
    if len(rows) == 1:
        rows = rows * height
    if rows and len(rows[0]) == 1 and width > 1:
        rows = [row * width for row in rows]
    wide = [[*row, *([NOT_FOUND] * (width - len(row)))] for row in rows]
    return wide + [[NOT_FOUND] * width for _ in range(height - len(wide))]
