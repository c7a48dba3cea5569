"""Reading, merging, checking and comparing policy packs. No database: rows are made by actions."""
