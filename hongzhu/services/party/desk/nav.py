"""The main menu entry of 党务 and the navigation inside the room. Each noun adds its own line to ``TABS``."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hongzhu.core.access import queries as access
from hongzhu.kit import registry
from hongzhu.kit.registry import Tab
from hongzhu.services.party import rules


def sees_party(user: object) -> bool:
    """Whoever may read Party affairs at all."""
    return access.may(user, rules.VIEW)


TABS: list[Tab] = [
    Tab(_("党员名册"), "party:roster", sees_party, _("在职、离退休、预备、流动党员，一人一页")),
    Tab(_("党费"), "party:dues_list", sees_party, _("基数、收款、公示、上缴、减免、下拨")),
    Tab(_("换届"), "party:election_list", sees_party, _("任期、换届选举、支部设立变更撤销")),
    Tab(_("组织关系转接"), "party:transfer_list", sees_party, _("批次、介绍信、转出未接收")),
    Tab(_("民主评议"), "party:life_list", sees_party, _("民主评议党员、组织生活会、述职评议")),
    Tab(_("岗位与承诺"), "party:posts_list", sees_party, _("示范岗、责任区、党员承诺")),
    Tab(
        _("选派与培养"),
        "party:sending_index",
        sees_party,
        _("党建指导员、干部任免、党建人才、双培养、社区报到、双带头"),
    ),
    Tab(_("教育培训"), "party:training_list", sees_party, _("培训方案、班次、学时缺口、个人档案")),
    Tab(_("支部标准"), "party:standard", sees_party, _("党员管理各项是否达标，按已有记录核对")),
    Tab(_("党统预检"), "party:precheck", sees_party, _("年中、年底统计前要补正的行")),
    Tab(_("交接清单"), "party:handover_list", sees_party, _("书记交接时没办完的事和保管在哪里")),
]

registry.menu(
    registry.Menu(
        name="party", title=_("党务"), url_name="party:index", order=32, shown=sees_party, icon="flag",
    )
)  # fmt: skip
registry.tabs("party", TABS)
