"""Audit 留痕: the chain of writes, and the log of denials and sensitive reads.

For:      proving later who did what, and that nothing was changed, removed or reordered.
Touches:  kit only; every room writes to it.
Must not know: organisations, people as tables, or what any entry means.
"""
