"""Numbers as the figures write them, read again."""

import re

import pytest

SUPERSCRIPTS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
NUMBER = re.compile(r"([-+−]?\d+\.?\d*)(?:×10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))?")


def numbers(text):
    """Every number in a text of the figure."""
    return [
        float(mantissa.replace("−", "-")) * 10 ** int((power or "⁰").translate(SUPERSCRIPTS))
        for mantissa, power in NUMBER.findall(text)
    ]


def shows(value, digits=4):
    """Equal to the digits shown: four, or one less where a number is written in powers of ten."""
    digits -= not 1e-3 <= abs(value) < 1e5
    return pytest.approx(value, rel=5.01 * 10.0**-digits, abs=1e-300)
