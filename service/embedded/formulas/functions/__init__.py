"""The functions that are computed: each is one function in the table of its family."""

from service.embedded.formulas.arguments import Computed
from service.embedded.formulas.functions import conditions, dates, logic, lookups, numbers, tables, texts

FUNCTIONS: dict[str, Computed] = {
    name: function
    for family in (numbers, conditions, logic, lookups, texts, dates, tables)
    for name, function in family.FUNCTIONS.items()
}
# they would reach out of the file, and never do
IMPORTS = frozenset({"IMPORTXML", "IMPORTDATA", "IMPORTHTML", "IMPORTFEED", "IMPORTRANGE", "IMAGE", "GOOGLEFINANCE"})
# the format of their result, where its cell has none
SHOWN_AS = {
    **dict.fromkeys(("DATE", "TODAY", "EDATE", "EOMONTH", "WORKDAY"), "DATE"), "NOW": "DATE_TIME", "TIME": "TIME",
}  # fmt: skip
