"""People 人员: persons, accounts, dated posts, memberships, establishment.

For:      who belongs, works and answers where on any day.
Touches:  orgs, audit, kit.
Must not know: rights, duties, what anybody did or thinks.
"""
