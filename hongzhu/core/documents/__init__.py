"""Documents 文书: notices with receipts, the document register, record sheets, the outbox.

For:      whatever is put on paper or sent.
Touches:  policies, files, access, people, orgs, audit, kit.
Must not know: activities, duties, scores.
"""
