"""Policies 制度: packs and their versions, the regulation guard, calendars, number series, monthly guides.

For:      every number someone could decree tomorrow, dated and with its clause.
Touches:  access, people, orgs, audit, kit.
Must not know: other rooms' sections; each room declares its own schema.
"""
