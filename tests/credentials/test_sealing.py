"""References nobody guesses, codes that change with every word, names with stars."""

from hypothesis import given
from hypothesis import strategies as st

from lms.core.ids import ALPHABET
from lms.credentials.sealing import HIDDEN, check_code, masked, new_reference

words = st.text(min_size=1, max_size=12)
fields = st.lists(words | st.integers() | st.none(), min_size=1, max_size=6)


def test_a_reference_has_192_bits():
    made = {new_reference() for _ in range(1000)}
    assert len(made) == 1000 and {len(ref) for ref in made} == {32}  # 32 letters of 6 bits


def test_a_code_is_known_and_short():
    assert check_code("k" * 40, ("ref", "扎西", 3)) == check_code("k" * 40, ("ref", "扎西", 3))
    code = check_code("k" * 40, ("ref", "扎西", 3))
    assert len(code) == 9 and code[4] == "-" and set(code.replace("-", "").lower()) <= set(ALPHABET)


@given(words, fields, fields)
def test_other_words_or_another_key_give_another_code(key, one, other):
    if [str(part) for part in one] != [str(part) for part in other]:
        assert check_code(key, one) != check_code(key, other)
    assert check_code(key, one) != check_code(f"{key}!", one)


def test_names_keep_their_first_sign():
    assert [masked(name) for name in ("扎西", "孙鹏静", "欧阳", "Ann Lee", "买买提·艾力")] == ["扎＊", "孙＊＊", "欧＊", "A＊＊ L＊＊", "买＊＊＊"]


@given(st.text(alphabet="扎西孟旺雷子次ABc ·", min_size=1))
def test_a_masked_name_never_shows_a_second_sign_of_a_word(name):
    assert all(set(word[1:]) <= {HIDDEN} for word in masked(name).split())
