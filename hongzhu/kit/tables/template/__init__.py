"""A workbook somebody else laid out: where its table lies, and rows written into it with the layout untouched.

``read_template(data, filename, sheet=None) -> Template``; ``merge(data, placement, rows, totals=()) -> bytes``.
Both raise :class:`hongzhu.kit.tables.read.TableRefused` with a sentence for the user.
"""

from hongzhu.kit.tables.read import TableRefused

from .merging import Placement, merge
from .reading import Column, Template, read_template

__all__ = ["Column", "Placement", "TableRefused", "Template", "merge", "read_template"]
