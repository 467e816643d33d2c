"""Error values of cells, such as #REF!, with Google's messages."""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class CellError:
    """An error value such as #REF!, with Google's name for its type and its message."""

    code: str
    kind: str
    message: str = ""


NAME = CellError("#NAME?", "NAME", "Unknown function or range name.")
REF = CellError("#REF!", "REF", "Reference does not exist")
CIRCULAR = CellError(
    "#REF!", "REF", "Circular dependency detected. To resolve with iterative calculation, see File > Settings."
)
CLOSED = CellError(
    "#REF!", "REF", "Some formulas are trying to send and receive data from external parties; access is off."
)
PARSE = CellError("#ERROR!", "ERROR", "Formula parse error.")
LIMIT = CellError("#ERROR!", "ERROR", "The formula needs more work than the server does for one request.")
DIVIDE = CellError("#DIV/0!", "DIVIDE_BY_ZERO", "Function DIVIDE parameter 2 cannot be zero.")
VALUE = CellError("#VALUE!", "VALUE", "A value of the wrong type was given.")
NUM = CellError("#NUM!", "NUM", "The result is not a number that can be shown.")
COUNT = CellError("#N/A", "N_A", "Wrong number of arguments.")
NOT_FOUND = CellError("#N/A", "N_A", "Did not find the value.")
NOT_AVAILABLE = CellError("#N/A", "N_A", "The value is not available.")
OVERWRITES = CellError("#REF!", "REF", "Array result was not expanded because it would overwrite data.")
BY_CODE = {error.code: error for error in (NAME, REF, PARSE, DIVIDE, VALUE, NUM, COUNT)}


def unknown_function(name: str) -> CellError:
    """Return the error for a function that is not computed."""
    return replace(NAME, message=f"Unknown function: '{name}'.")


def unknown_name(name: str) -> CellError:
    """Return the error for a name that is no range's."""
    return replace(NAME, message=f"Unknown range name: '{name}'.")


def unknown_sheet(title: str) -> CellError:
    """Return the error for a reference to a tab that is not there."""
    return replace(REF, message=f"Unresolved sheet name '{title}'.")
