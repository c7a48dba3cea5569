"""Activities 纪实: the one record of anything held or done.

For:      record once; everything else reads it through credits and measures.
Touches:  registers, documents, credits, policies, files, access, people, orgs, audit, kit.
Must not know: duties, checks, scores; and nothing a person thinks, believes or says.
"""
