"""党务: the people and papers of a branch: roster, admission, dues, terms, transfers, appraisal, posts and promises.

Touches:  orgs, people (memberships and posts), policies (steps, rates, clocks), activities (the meetings), credits,
          documents, files, registers.
Must not know: assessments, other services, pages.
"""
