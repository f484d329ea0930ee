"""Excel both ways, declared once: a `Book` of `Sheet`s with their columns gives template, import and export.

`books` what a room declares, `fields` a column, `values` and `units` what people write into cells, `opening`, `layout`
and `choosing` what a file holds and where, `sorts` what each row is, `reading`, `totals` and `beside` what is read of
it, `comparing` what that would change, `storing` rows in and `writing` files out, `actions` the import's life.
"""

from lantian.site.core.sheets.books import Book, Change, Row, Sheet, Store, books
from lantian.site.core.sheets.fields import Field
from lantian.site.core.sheets.problems import Problem
from lantian.site.core.sheets.scope import Params, Scope

__all__ = ["Book", "Change", "Field", "Params", "Problem", "Row", "Scope", "Sheet", "Store", "books"]
