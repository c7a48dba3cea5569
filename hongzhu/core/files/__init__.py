"""Files 佐证: bytes kept once by their SHA-256, opened only through the owner's door.

For:      optional attachments of any record.
Touches:  access, orgs, audit, kit.
Must not know: whose record an attachment belongs to, beyond its Ref.
"""
