"""Forms of one new item, list by list: what a draft may add in the browser.

Lists that are not here are closed by nature: their codes are the program's own (kinds of document, levels of
honours, numbers of the branch rules), or they are papers and public figures that only a file can lay out.
"""

from __future__ import annotations

from .acts import DecisionForm, KindForm, OutputForm, PartForm, TagForm, TopicForm
from .base import ItemForm
from .duties import CampaignForm, DutyForm, InspectionForm, StudyHoursForm, TermForm
from .others import NameListForm, SeatsForm

FORMS: dict[tuple[str, str], type[ItemForm]] = {
    (form.section, form.listing): form
    for form in (
        DutyForm, CampaignForm, TermForm, StudyHoursForm, InspectionForm,
        KindForm, PartForm, TagForm, TopicForm, OutputForm, DecisionForm,
        SeatsForm, NameListForm,
    )
}  # fmt: skip

__all__ = ["FORMS", "ItemForm"]
