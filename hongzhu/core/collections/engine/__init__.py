"""Titles of columns compared. Pure.

Reading a superior's workbook and writing rows back into it knows nothing of 收表 and stands in
:mod:`hongzhu.kit.tables.template`: ``read_template``, ``merge``, ``Template``, ``Column``, ``TableRefused``.
"""

from .titles import Match, closest, normal_title, similarity

__all__ = ["Match", "closest", "normal_title", "similarity"]
