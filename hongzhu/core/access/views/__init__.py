"""Pages of the access room, one file per noun."""
