"""讲党课统计: lectures of a period by what the speaker was that day and by topic (B09). Counted, never ranked.

Only acts the user may open are counted, so that every number is as long as the list behind it. A joint act is one
lecture, whatever the number of its bodies.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, QuerySet, Sum, TextField, Value, When
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from hongzhu.core.activities.models import Act
from hongzhu.core.orgs.models import Bureau
from hongzhu.core.people.models import Membership, PostKind
from hongzhu.kit.dates import Period

from .acts import section_of, visible_to
from .roster import COMMITTEE_POSTS, PARTY_MEMBERS

# What a speaker was who held no post that day, and who is not one of the bureau's people at all.
MEMBER, STAFF, GUEST, UNKNOWN = "PLAIN_MEMBER", "PLAIN_STAFF", "GUEST", "UNKNOWN"
NO_TOPIC = "-"

# Every post of a branch's committee but secretary and deputy is told as 委员.
_COMMITTEE = tuple(post for post in COMMITTEE_POSTS if post not in (PostKind.SECRETARY, PostKind.DEPUTY_SECRETARY))


def role_words() -> dict[str, str]:
    """What speakers are called, in the order they stand in: posts, then those without one, then guests."""
    posts = {
        kind.value: str(kind.label) for kind in PostKind if kind not in _COMMITTEE or kind == PostKind.COMMITTEE_MEMBER
    }
    return posts | {
        MEMBER: _("普通党员"), STAFF: _("没有职务的其他人员"), GUEST: _("外请主讲人"), UNKNOWN: _("没有主讲人"),
    }  # fmt: skip


def _role() -> Case:
    """What the speaker was on the day, from the post kept with the act (Act.lecturer_post) and the rolls of that day."""
    held = Q(from_on__lte=OuterRef("held_on")) & (Q(to_on__isnull=True) | Q(to_on__gt=OuterRef("held_on")))
    on_a_roll = Membership.objects.filter(held, person=OuterRef("lecturer"), standing__in=PARTY_MEMBERS)
    return Case(
        When(lecturer__isnull=True, lecturer_name="", then=Value(UNKNOWN)),
        When(lecturer__isnull=True, then=Value(GUEST)),
        When(lecturer_post__in=_COMMITTEE, then=Value(PostKind.COMMITTEE_MEMBER.value)),
        When(~Q(lecturer_post=""), then=F("lecturer_post")),
        When(Exists(on_a_roll), then=Value(MEMBER)),
        default=Value(STAFF),
        output_field=CharField(),
    )


def lectures(user: Any, period: Period, *, role: str = "", topic: str = "") -> QuerySet[Any]:
    """The lectures of a period, by the day held, that the user may open; newest first. ``topic`` "-": those without one."""
    rows = (
        visible_to(user)
        .filter(held_on__gte=period.start, held_on__lt=period.end)
        .exclude(lecture_title="")
        .exclude(status=Act.Status.VOIDED)
        .annotate(role=_role(), topic=Coalesce(KT("extra__topic"), Value(""), output_field=TextField()))
    )
    if role:
        rows = rows.filter(role=role)
    if topic:
        rows = rows.filter(topic="" if topic == NO_TOPIC else topic)
    return rows


@dataclass(frozen=True, slots=True)
class LectureLine:
    """One number of the page: how many lectures, how many came to them (参加人次)."""

    code: str
    title: str
    times: int
    came: int


@dataclass(frozen=True, slots=True)
class LectureCounts:
    """The page: the same lectures told twice, by speaker and by topic; each adds up to ``total``."""

    roles: list[LectureLine]
    topics: list[LectureLine]
    total: LectureLine


def topic_words(bureau: Bureau, on: Any) -> dict[str, str]:
    """What topics are called, in the pack's order; last the lectures that have none."""
    return {topic.code: str(topic.title) for topic in section_of(bureau, on).topics} | {NO_TOPIC: _("没有标内容")}


def lecture_counts(user: Any, period: Period, topics: dict[str, str]) -> LectureCounts:
    """Counts by speaker and by topic; what did not occur has no line. One query, whatever the number of lectures."""
    found = lectures(user, period).order_by().values_list("role", "topic")
    by_role: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    by_topic: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    times = came = 0
    for role, topic, more, here in found.annotate(n=Count("pk"), here=Sum("attended")):
        for told, code in ((by_role, role), (by_topic, topic or NO_TOPIC)):
            told[code] = (told[code][0] + more, told[code][1] + here)
        times, came = times + more, came + here
    return LectureCounts(
        _lines(role_words(), by_role), _lines(topics, by_topic), LectureLine("", _("合计"), times, came)
    )


def _lines(words: dict[str, str], counted: dict[str, tuple[int, int]]) -> list[LectureLine]:
    """In the order of the words; a code of an earlier pack that has no word any more stands last, as it is."""
    codes = [code for code in words if code in counted] + sorted(code for code in counted if code not in words)
    return [LectureLine(code, words.get(code, code), *counted[code]) for code in codes]
