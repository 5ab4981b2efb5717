"""Which addresses a partner can have, and how they are written."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from chatbots.models import Partner
from chatbots.partners.origins import OriginError, read_origin, read_origins


@pytest.mark.parametrize(
    ("written", "origin"),
    [
        ("https://www.kommunen.dk", "https://www.kommunen.dk"),
        ("  HTTPS://WWW.Kommunen.DK/ ", "https://www.kommunen.dk"),
        ("https://kommunen.dk:443", "https://kommunen.dk"),
        ("https://kommunen.dk:8443", "https://kommunen.dk:8443"),
        ("https://sundhed-på-øen.dk", "https://xn--sundhed-p-en-1cb1y.dk"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("http://127.0.0.1", "http://127.0.0.1"),
        ("https://localhost", "https://localhost"),
        ("http://[::1]:5000", "http://[::1]:5000"),
    ],
)
def test_an_origin_is_written_as_browsers_write_it(written: str, origin: str) -> None:
    assert read_origin(written) == origin


@pytest.mark.parametrize(
    "written",
    [
        "*",
        "null",
        "https://*.kommunen.dk",
        "https://",
        "kommunen.dk",
        "www.kommunen.dk",
        "http://www.kommunen.dk",
        "http://localhost.kommunen.dk",
        "ftp://localhost",
        "https://kommunen.dk/side",
        "https://kommunen.dk?x=1",
        "https://kommunen.dk?",
        "https://kommunen.dk/#",
        "https://bruger@kommunen.dk",
        "https://kommunen.dk:port",
        "https://kommunen.dk:99999",
        "https://kommunen .dk",
        "https://kommunen.dk\\evil.dk",
        "https://-kommunen.dk",
        "https://kommunen..dk",
        "javascript:alert(1)",
        "//kommunen.dk",
    ],
)
def test_what_names_no_single_safe_site_is_refused(written: str) -> None:
    with pytest.raises(OriginError):
        read_origin(written)


def test_a_list_has_one_origin_on_each_line_and_each_once() -> None:
    assert read_origins("https://b.dk\n\n https://a.dk/ \r\nhttps://B.dk\n") == ["https://b.dk", "https://a.dk"]


@pytest.mark.django_db
def test_an_editor_is_told_which_line_is_wrong() -> None:
    partner = Partner(name="Kommunen", origins="https://kommunen.dk\nhttp://kommunen.dk")
    with pytest.raises(ValidationError, match=r"“http://kommunen\.dk” kan ikke bruges"):
        partner.full_clean()
