"""Access 权限与数据范围: grants, doors of the rooms below, sign-in, drafts, form tokens.

For:      one check and one visible_to for the whole house.
Touches:  people, orgs, audit, kit.
Must not know: what the rooms above keep.
"""
