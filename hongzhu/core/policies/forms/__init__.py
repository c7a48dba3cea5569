"""Forms of this room: the draft of a pack, publishing, exceptions, calendar, monthly guide."""
