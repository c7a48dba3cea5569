"""Pages of the policies room: packs, calendars, monthly guides."""
