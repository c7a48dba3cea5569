"""Measures 指标: run what rooms publish; keep values taken for a decision.

For:      headline figures, overviews, later indicators and circulars.
Touches:  policies, access, orgs, audit, kit.
Must not know: the rooms whose measures it runs.
"""
