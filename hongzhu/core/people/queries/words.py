"""What people write in the columns of a sheet about persons, and what it means. Pure."""

# zh-file: words recognised in people's sheets, synonyms of column titles and official names of ethnic groups

from __future__ import annotations

from hongzhu.core.people.models import Membership, Person, Standing

_ED = Person.Education
EDUCATION = {
    "高中及以下": _ED.SENIOR, "高中": _ED.SENIOR, "中专": _ED.SENIOR, "职高": _ED.SENIOR, "技校": _ED.SENIOR,
    "初中": _ED.SENIOR, "小学": _ED.SENIOR, "中师": _ED.SENIOR,
    "大专": _ED.COLLEGE, "专科": _ED.COLLEGE, "大学专科": _ED.COLLEGE, "高职": _ED.COLLEGE,
    "本科": _ED.BACHELOR, "大学本科": _ED.BACHELOR, "大学": _ED.BACHELOR, "学士": _ED.BACHELOR,
    "硕士": _ED.MASTER, "硕士研究生": _ED.MASTER, "研究生": _ED.MASTER,
    "博士": _ED.DOCTOR, "博士研究生": _ED.DOCTOR,
}  # fmt: skip
EDUCATION_HINT = "高中及以下、大专、本科、硕士、博士"

# What is offered; whatever else is taught is typed.
SUBJECTS = (
    "语文", "数学", "英语", "物理", "化学", "生物学", "道德与法治", "思想政治", "历史", "地理", "科学", "信息科技",
    "信息技术", "通用技术", "体育与健康", "音乐", "美术", "艺术", "劳动", "综合实践活动", "心理健康", "日语", "俄语",
    "学前教育",
)  # fmt: skip

STANDING = {
    "正式": Standing.FULL, "正式党员": Standing.FULL, "预备": Standing.PROBATIONARY, "预备党员": Standing.PROBATIONARY,
    "积极分子": Standing.ACTIVIST, "入党积极分子": Standing.ACTIVIST,
}  # fmt: skip
STANDING_HINT = "正式、预备、积极分子"

RETIRED = {"在职": False, "在岗": False, "离退休": True, "退休": True, "离休": True}
RETIRED_HINT = "在职、离退休"

_OUT = Membership.LeftOut
LEFT_OUT = {
    "正常": _OUT.NONE, "应参加": _OUT.NONE, "在本支部": _OUT.NONE,
    "长期患病": _OUT.ILL, "患病": _OUT.ILL, "出国": _OUT.ABROAD, "出境": _OUT.ABROAD, "出国(境)": _OUT.ABROAD,
    "外派": _OUT.AWAY, "借调": _OUT.AWAY, "外出学习、借调半年以上": _OUT.AWAY, "年老体弱": _OUT.AGED,
}  # fmt: skip
LEFT_OUT_HINT = "正常、长期患病、出国、外派、年老体弱"

ETHNIC = [
    "汉",
    "蒙古",
    "回",
    "藏",
    "维吾尔",
    "苗",
    "彝",
    "壮",
    "布依",
    "朝鲜",
    "满",
    "侗",
    "瑶",
    "白",
    "土家",
    "哈尼",
    "哈萨克",
    "傣",
    "黎",
    "傈僳",
    "佤",
    "畲",
    "高山",
    "拉祜",
    "水",
    "东乡",
    "纳西",
    "景颇",
    "柯尔克孜",
    "土",
    "达斡尔",
    "仫佬",
    "羌",
    "布朗",
    "撒拉",
    "毛南",
    "仡佬",
    "锡伯",
    "阿昌",
    "普米",
    "塔吉克",
    "怒",
    "乌孜别克",
    "俄罗斯",
    "鄂温克",
    "德昂",
    "保安",
    "裕固",
    "京",
    "塔塔尔",
    "独龙",
    "鄂伦春",
    "赫哲",
    "门巴",
    "珞巴",
    "基诺",
]
ETHNIC_NAMES = frozenset(f"{name}族" for name in ETHNIC) | {"其他", "外国血统"}
ETHNIC_SHORT = {name: f"{name}族" for name in ETHNIC}

PARTY_STANDING = (Standing.FULL, Standing.PROBATIONARY, Standing.ACTIVIST)

REASON = {
    "在编在岗": "", "在岗": "", "在编": "", "借调": "SECONDED", "支教": "AID_TEACHING", "交流轮岗": "ROTATION",
    "轮岗": "ROTATION", "交流": "ROTATION", "退休": "RETIRED", "离退休": "RETIRED",
}  # fmt: skip
REASON_HINT = "在编在岗、借调、支教、交流轮岗、退休"
