"""Portal 门户: the desk, search, one page per unit, the year sheet: pages of no single room.

For:      the way in.
Touches:  core (and later services), kit.
Must not know: how any room keeps its rows.
"""
