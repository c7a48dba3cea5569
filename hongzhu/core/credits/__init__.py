"""Credits 计入: the narrow table by which any act meets any duty.

For:      obligations and people's hours read nothing else.
Touches:  people, orgs, audit, kit.
Must not know: what earned a credit, beyond its Ref.
"""
