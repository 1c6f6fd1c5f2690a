"""Settings from the environment fail loudly."""

from decimal import Decimal

import pytest
from django.core.exceptions import ImproperlyConfigured

from disinfo import env


@pytest.mark.parametrize(
    ("value", "meaning"), [("1", True), ("yes", True), ("0", False), ("off", False), ("", False)]
)
def test_a_flag_reads_the_usual_words(monkeypatch, value, meaning):
    monkeypatch.setenv("A_FLAG", value)
    assert env.flag("A_FLAG", default=not meaning) is meaning


def test_a_wrong_value_says_its_name(monkeypatch):
    monkeypatch.setenv("A_FLAG", "maybe")
    monkeypatch.setenv("A_NUMBER", "ten")
    monkeypatch.setenv("AN_ADDRESS", "ftp://x")
    for read in (
        lambda: env.flag("A_FLAG"),
        lambda: env.integer("A_NUMBER", 1),
        lambda: env.address("AN_ADDRESS", "", schemes={"https"}),
    ):
        with pytest.raises(ImproperlyConfigured, match="A_FLAG|A_NUMBER|AN_ADDRESS"):
            read()


def test_a_number_below_its_least_is_refused(monkeypatch):
    monkeypatch.setenv("A_NUMBER", "0")
    with pytest.raises(ImproperlyConfigured, match="at least 1"):
        env.integer("A_NUMBER", 5, minimum=1)


def test_an_amount_of_money_is_exact_and_never_less_than_nothing(monkeypatch):
    monkeypatch.setenv("A_PRICE", "0.010")
    assert env.amount("A_PRICE", "1") == Decimal("0.01")
    assert env.amount("ANOTHER_PRICE", "0.005") == Decimal("0.005")
    for wrong in ("much", "-1", "NaN", "inf"):
        monkeypatch.setenv("A_PRICE", wrong)
        with pytest.raises(ImproperlyConfigured, match="A_PRICE"):
            env.amount("A_PRICE", "1")


def test_what_has_no_default_must_be_set(monkeypatch):
    monkeypatch.delenv("NOT_SET", raising=False)
    with pytest.raises(ImproperlyConfigured, match="NOT_SET"):
        env.text("NOT_SET")


def test_a_secret_may_come_from_a_file(monkeypatch, tmp_path):
    (tmp_path / "secret").write_text("hush\n")
    monkeypatch.setenv("A_SECRET_FILE", str(tmp_path / "secret"))
    assert env.secret("A_SECRET") == "hush"
    monkeypatch.setenv("A_SECRET_FILE", str(tmp_path / "gone"))
    with pytest.raises(ImproperlyConfigured, match="A_SECRET_FILE"):
        env.secret("A_SECRET")


def test_a_list_is_cut_at_its_commas(monkeypatch):
    monkeypatch.setenv("A_LIST", "one, two,,three ")
    assert env.words("A_LIST") == ["one", "two", "three"]


def test_an_origin_is_what_a_browser_compares():
    assert env.origin("https://login.example:8443/realms/one?x=1") == "https://login.example:8443"


def test_pairs_are_read_by_what_stands_before_the_sign(monkeypatch, tmp_path):
    monkeypatch.setenv("TOKENS", "Forge.example=a=b, other.example:8443=c")
    assert env.pairs("TOKENS") == {"forge.example": "a=b", "other.example:8443": "c"}
    monkeypatch.delenv("TOKENS")
    assert env.pairs("TOKENS") == {}
    file = tmp_path / "tokens"
    file.write_text("forge.example=from-a-file\n")
    monkeypatch.setenv("TOKENS_FILE", str(file))
    assert env.pairs("TOKENS") == {"forge.example": "from-a-file"}


@pytest.mark.parametrize("wrong", ["secret", "=secret", "forge.example="])
def test_a_pair_that_is_none_is_refused_and_not_shown(monkeypatch, wrong):
    monkeypatch.setenv("TOKENS", wrong)
    with pytest.raises(ImproperlyConfigured) as refusal:
        env.pairs("TOKENS")
    assert "secret" not in str(refusal.value)
