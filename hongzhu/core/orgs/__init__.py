"""Orgs 机构: bureaus, schools, Party organisations; dated placements, hosts and superiors.

For:      who stood where on any day.
Touches:  audit, kit.
Must not know: people, rights, duties.
"""
