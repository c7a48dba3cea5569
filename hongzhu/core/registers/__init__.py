"""Registers 登记册: contact points and guarantees, mass organisations, honours, major decisions' subjects.

For:      dated relations and things that no other room owns.
Touches:  documents, policies, files, access, people, orgs, audit, kit.
Must not know: activities, duties, scores.
"""
