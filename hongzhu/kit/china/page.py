"""The page of official documents, GB/T 9704-2012. Lengths in millimetres, type in points, each with its clause.

The 1999 edition's 25 mm and 80 mm head distances are not here on purpose.
"""

from __future__ import annotations

MM_TO_PT = 72 / 25.4

# 5.1 paper: A4
PAGE_WIDTH, PAGE_HEIGHT = 210, 297
# 5.2.1 top margin, binding margin, type area
TOP, BINDING = 37, 28
TEXT_WIDTH, TEXT_HEIGHT = 156, 225
BOTTOM = PAGE_HEIGHT - TOP - TEXT_HEIGHT
RIGHT = PAGE_WIDTH - BINDING - TEXT_WIDTH
# 5.2.3 lines on a page and characters in a line
LINES, CHARACTERS = 22, 28
LINE_PITCH = TEXT_HEIGHT / LINES * MM_TO_PT
CHARACTER_PITCH = TEXT_WIDTH / CHARACTERS * MM_TO_PT
# 5.2.2 sizes of type: Chinese size 2, 3, 4
SIZE_2, SIZE_3, SIZE_4 = 22.0, 16.0, 14.0
# 7.2.4 issuing body: its top edge below the top of the type area
RED_HEAD = 35
# 7.2.7 red line below the document number
RED_LINE = 4
# 7.4.1 record block: outer and inner lines
RECORD_OUTER, RECORD_INNER = 0.35, 0.25
# 7.5 page number: the top of its dash below the type area
PAGE_NUMBER = 7
# 10.1 letter form: head from the page's top, line length, lower line from the page's bottom
LETTER_HEAD, LETTER_LINE, LETTER_FOOT = 30, 170, 20
