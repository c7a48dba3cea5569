"""Synthetic names: combined by a seeded generator, never taken from anyone."""

from __future__ import annotations

import random

SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
    "余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
FIRST = "安柏宸承初楚川慈聪丹定东恩帆方芳菲枫歌冠光海涵瀚和荷恒弘华怀惠吉佳嘉建江杰今锦景静君俊开可岚乐黎立良林灵"
SECOND = "铃流露洛茂梅美妙民明沐宁诺培鹏平璞琪启谦乔青清秋然荣柔如锐若珊尚绍深诗石书舒思松素涛天彤万维文希贤晓欣新星"
THIRD = "秀雪雅延言岩扬阳瑶野一依宜艺忆益音盈永咏优友宇雨语玉元园远月悦云允泽展昭珍真正知志智中舟卓子紫"

SCHOOL_STEMS = (
    "城东",
    "城西",
    "城南",
    "城北",
    "新华",
    "文昌",
    "育才",
    "朝阳",
    "东风",
    "红旗",
    "光明",
    "和平",
    "向阳",
    "青山",
    "绿水",
    "柳林",
    "双桥",
    "白石",
    "青禾",
    "望湖",
    "临江",
    "长岭",
    "石门",
    "云台",
    "梅溪",
    "竹园",
    "桃源",
    "松岗",
    "枫桥",
    "荷塘",
    "清泉",
    "龙泉",
    "凤凰",
    "麒麟",
    "金桥",
    "银河",
    "星火",
    "晨光",
    "春晖",
    "博文",
    "明德",
    "崇文",
    "致远",
    "弘毅",
    "知行",
    "南苑",
    "北苑",
    "东苑",
    "西苑",
    "中心",
    "实验",
    "第一",
    "第二",
    "第三",
    "第四",
    "第五",
    "第六",
    "第七",
    "第八",
    "第九",
)
TOWNS = (
    "柳林",
    "双桥",
    "白石",
    "青禾",
    "望湖",
    "临江",
    "长岭",
    "石门",
    "云台",
    "梅溪",
    "竹园",
    "桃源",
    "松岗",
    "枫桥",
    "荷塘",
    "清泉",
    "龙泉",
    "凤溪",
    "金桥",
    "银湖",
    "星湾",
    "晨岭",
    "春洲",
    "博望",
    "明山",
)


class Names:
    """An endless run of distinct names for one seed."""

    def __init__(self, seed: str) -> None:
        self._random = random.Random(seed)
        self._used: set[str] = set()

    def person(self) -> str:
        while True:
            pick = self._random.choice
            name = pick(SURNAMES) + pick(FIRST) + (pick(SECOND + THIRD) if self._random.random() < 0.8 else "")
            if name not in self._used or len(self._used) > 60000:
                self._used.add(name)
                return name
