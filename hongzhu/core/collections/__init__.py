"""收表: tables asked of units: columns matched to what is held, pre-filled, confirmed, merged into the asker's own file.

Touches:  every declared field source (kit.registry), orgs, people, access, files, documents (reminders), policies.
Must not know: where a field comes from beyond its declaration; services; pages.
"""
