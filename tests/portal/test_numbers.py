"""Very small numbers, as readers write them."""

import pytest
from django.utils.translation import override

from disinfo.portal.templatetags.portal import scientific


@pytest.mark.parametrize(
    ("language", "value", "written"),
    [
        ("en", 3.24e-12, "3.2\u00a0×\u00a010⁻¹²"),
        ("fr", 3.24e-12, "3,2\u00a0×\u00a010⁻¹²"),
        ("fr", 0.05, "5,0\u00a0×\u00a010⁻²"),
        ("en", 1.0, "1.0\u00a0×\u00a010⁰"),
        ("en", 0.0, "0"),
    ],
)
def test_a_very_small_number_is_written_with_a_power_of_ten(language, value, written):
    with override(language):
        assert scientific(value) == written
