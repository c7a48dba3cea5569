"""The party section of a policy pack: admission steps and clocks, rates of dues, terms and elections, yearly meetings."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from hongzhu.kit import registry
from hongzhu.kit.packs import PackModel

from .admission import AdmissionPart
from .dues import DuesPart
from .life import LifePart
from .sending import SendingPart
from .terms import TermsPart


class PartySection(PackModel):
    """Each part stands in a file of its own in the pack (party_admission.yaml …)."""

    admission: AdmissionPart = AdmissionPart()
    dues: DuesPart = DuesPart()
    terms: TermsPart = TermsPart()
    life: LifePart = LifePart()
    sending: SendingPart = SendingPart()


registry.pack_section("party", PartySection, title=gettext_lazy("党务"))
