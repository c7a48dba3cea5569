"""Pages of the obligations room."""

from .campaigns import campaign, campaign_export, campaign_list, campaign_rows
from .grid import cell, cell_export, gap, gap_paper, gap_remind, mine, year, year_paper
from .units import coverage, coverage_export, coverage_rows, coverage_rows_export
from .waivers import waive, waiver_export, waiver_list, waiver_revoke

__all__ = [
    "campaign", "campaign_export", "campaign_list", "campaign_rows", "cell", "cell_export", "coverage", "coverage_export",
    "coverage_rows", "coverage_rows_export", "gap", "gap_paper", "gap_remind", "mine", "waive", "waiver_export",
    "waiver_list", "waiver_revoke", "year", "year_paper",
]  # fmt: skip
