import pytest
from hypothesis import given
from hypothesis import strategies as st

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


@given(st.lists(st.text(alphabet="张单雄信令狐冲查正 Ａb〇㐀\U0002f804\n", max_size=5), max_size=6))
def test_many_keys_are_the_keys_of_each(texts):
    assert pinyin.search_keys(texts) == [pinyin.search_key(text) for text in texts]
