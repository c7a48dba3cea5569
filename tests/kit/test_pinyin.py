import time

import pytest

from hongzhu.kit import pinyin


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("张三", "zhangsan zs"),
        ("吕布", "lvbu lb"),
        ("第1小学A校区", "di1xiaoxueaxiaoqu d1xxaxq"),
        ("重庆", "chongqing cq"),
        ("", ""),
        ("（）", ""),
        ("ＡＢ", "ab a"),
        ("王兙", "wang w"),
    ],
)
def test_search_key(text, key):
    assert pinyin.search_key(text) == key


@pytest.mark.parametrize(
    ("name", "reading"),
    [
        ("单雄信", "shanxiongxin"),
        ("解放军", "jiefangjun"),
        ("仇英", "qiuying"),
        ("尉迟恭", "yuchigong"),
        ("曾国", "zengguo"),
    ],
)
def test_family_names_read_as_family_names(name, reading):
    assert pinyin.full(name) == reading
    assert reading in pinyin.search_key(name).split()


def test_both_readings_find_a_person():
    keys = pinyin.search_key("单雄信").split()
    assert keys == ["shanxiongxin", "sxx", "danxiongxin", "dxx"]


def test_many_names_are_fast():
    names = [chr(0x4E00 + i % 3000) + chr(0x5000 + i % 2999) + chr(0x5200 + i % 7) for i in range(20000)]
    pinyin.search_key.cache_clear()
    started = time.process_time()
    for name in names:
        pinyin.search_key(name)
    assert time.process_time() - started < 2
