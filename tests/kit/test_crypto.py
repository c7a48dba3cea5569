import hashlib
from base64 import b64decode, b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hongzhu.kit import crypto
from hongzhu.kit.crypto import SealBroken, Vault

FIELD, INDEX, OTHER = "11" * 32, "22" * 32, "33" * 32
HERE = "7b0c5e1e-0000-4000-8000-000000000001|id_number"
THERE = "7b0c5e1e-0000-4000-8000-000000000002|id_number"


@pytest.fixture(params=["aesgcm", "sm4gcm"])
def vault(request):
    return Vault(FIELD, INDEX, algorithm=request.param)


def test_what_is_sealed_opens_in_its_place_only(vault):
    sealed = vault.seal("11010519491231002X", bind=HERE)
    assert vault.open(sealed, bind=HERE) == "11010519491231002X"
    assert "11010519491231002X" not in sealed
    for place in (THERE, HERE.replace("id_number", "phone"), ""):
        with pytest.raises(SealBroken):
            vault.open(sealed, bind=place)


def test_the_format(vault):
    scheme, algorithm, key_id, nonce, box = vault.seal("张", bind=HERE).split(":")
    assert scheme == "v1" and algorithm in {"aesgcm", "sm4gcm"} and len(key_id) == 8
    assert len(b64decode(nonce)) == 12
    assert len(b64decode(box)) == len("张".encode()) + 16


def test_equal_values_seal_differently(vault):
    assert len({vault.seal("x", bind=HERE) for _ in range(50)}) == 50


def test_every_changed_byte_is_noticed(vault):
    sealed = vault.seal("13800138000", bind=HERE)
    head, box = sealed.rsplit(":", 1)
    raw = b64decode(box)
    for place in range(len(raw)):
        changed = raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]
        with pytest.raises(SealBroken):
            vault.open(f"{head}:{b64encode(changed).decode()}", bind=HERE)


@pytest.mark.parametrize("broken", ["", "v1", "v1:aesgcm:00000000:AAAA:AAAA", "v2:x:y:z:q", "张三", "v1:aesgcm::::"])
def test_what_is_no_sealed_value(vault, broken):
    with pytest.raises(SealBroken):
        vault.open(broken, bind=HERE)


def test_scheme_algorithm_and_nonce_are_held_to(vault):
    sealed = vault.seal("x", bind=HERE)
    parts = sealed.split(":")
    other = "sm4gcm" if parts[1] == "aesgcm" else "aesgcm"
    for broken in (
        ":".join(["v2", *parts[1:]]),
        ":".join([parts[0], other, *parts[2:]]),
        ":".join([*parts[:3], "AAAAAAAAAAAAAAAA", parts[4]]),
        ":".join([*parts[:4], ""]),
    ):
        with pytest.raises(SealBroken):
            vault.open(broken, bind=HERE)


def test_another_key_does_not_open_but_a_kept_old_key_does():
    sealed = Vault(FIELD, INDEX).seal("x", bind=HERE)
    with pytest.raises(SealBroken):
        Vault(OTHER, INDEX).open(sealed, bind=HERE)
    rotated = Vault(OTHER, INDEX, old_keys=[FIELD], algorithm="sm4gcm")
    assert rotated.open(sealed, bind=HERE) == "x"
    assert rotated.seal("x", bind=HERE).split(":")[1:3] != sealed.split(":")[1:3]


def test_index_is_keyed_by_key_and_column_over_the_normal_form():
    vault = Vault(FIELD, INDEX)
    found = vault.index("11010519491231002X", column="person.id_number")
    assert found == vault.index(" １１０１０５19491231002x ", column="person.id_number")
    assert len(found) == 64
    assert found != vault.index("11010519491231002X", column="member.id_number")
    assert found != Vault(FIELD, OTHER).index("11010519491231002X", column="person.id_number")
    assert found != hashlib.sha256(b"11010519491231002X").hexdigest()
    assert found != vault.index("110105194912310021", column="person.id_number")
    assert Vault(OTHER, INDEX).index("11010519491231002X", column="person.id_number") == found
    assert vault.index("  ", column="person.id_number") == ""


@given(st.lists(st.text(max_size=20), max_size=5))
def test_many_is_the_same_as_one_by_one(values):
    vault = Vault(FIELD, INDEX)
    sealed = vault.seal_many((value, f"{n}|c") for n, value in enumerate(values))
    assert [vault.open(box, bind=f"{n}|c") for n, box in enumerate(sealed)] == values
    assert vault.index_many(values, column="c") == [vault.index(value, column="c") for value in values]


@given(st.lists(st.text(alphabet="ABX0123456789ax １\t", max_size=6), max_size=4))
def test_a_column_with_nothing_to_normalise_is_indexed_like_each_of_its_values(values):
    vault = Vault(FIELD, INDEX)
    assert vault.index_many(values, column="c") == [
        vault.index(crypto.normalise(value), column="c") for value in values
    ]


def test_short_keys_and_empty_places_are_refused():
    with pytest.raises(ValueError):
        Vault("11" * 31, INDEX)
    with pytest.raises(ValueError):
        Vault(FIELD, b"short")
    with pytest.raises(ValueError):
        Vault(FIELD, INDEX, algorithm="des")  # type: ignore[arg-type]
    with pytest.raises(ValueError):
        Vault(FIELD, INDEX).seal("x", bind="")


def test_the_deployments_vault_follows_its_settings(settings):
    settings.FIELD_KEY, settings.INDEX_KEY = FIELD, INDEX
    sealed = crypto.vault().seal("x", bind=HERE)
    assert Vault(FIELD, INDEX).open(sealed, bind=HERE) == "x"
    settings.FIELD_KEY, settings.FIELD_ALGORITHM = OTHER, "sm4gcm"
    with pytest.raises(SealBroken):
        crypto.vault().open(sealed, bind=HERE)
    settings.FIELD_KEY_FALLBACKS = [FIELD]
    assert crypto.vault().open(sealed, bind=HERE) == "x"
