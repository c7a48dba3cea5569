"""Suggestions 意见建议: what a user proposes about the platform or the work, and the answer.

For:      the complaint and suggestion function every work platform must offer (国办函〔2026〕12号).
Touches:  policies (the number), access, orgs, people, audit, kit.
Must not know: who is right; anything about a person.
"""
