"""Obligations 应办事项: duty x bearer x period, derived from credits by one set-based query.

For:      what is due, held, late, recorded late, unseen, not applicable or waived.
Touches:  activities, documents, credits, policies, access, people, orgs, audit, kit.
Must not know: checks, scores.
"""
