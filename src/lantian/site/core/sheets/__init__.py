"""Excel both ways, declared once: a `Book` of `Sheet`s with their columns gives template, import and export.

`books` what a room declares, `fields` a column, `values` what people write into cells, `opening` and `layout` what a
file holds and where, `reading` and `comparing` what it would change, `writing` files out, `actions` the import's life.
"""

from lantian.site.core.sheets.books import Book, Change, Params, Row, Scope, Sheet, books
from lantian.site.core.sheets.fields import Field
from lantian.site.core.sheets.problems import Problem

__all__ = ["Book", "Change", "Field", "Params", "Problem", "Row", "Scope", "Sheet", "books"]
