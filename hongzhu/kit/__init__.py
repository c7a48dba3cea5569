"""Kit: tools any Django project could use.

For:      dates, refs, registry, doors' HTTP side, tables, sheets, national number formats.
Touches:  nothing of ours.
Must not know: any room, any domain word, any model.
"""
