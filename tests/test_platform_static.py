"""How static files and pages reach a browser: named by what is in them, compressed, and kept for good."""

from __future__ import annotations

import gzip
import os
import re
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest
from django.conf import LazySettings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.templatetags.static import static
from django.test import RequestFactory
from whitenoise.middleware import WhiteNoiseMiddleware

from site_project.middleware import CompressedPages
from site_project.static_files import collect

SOURCE = Path(__file__).resolve().parents[1] / "static"
LONG = "Drik rigeligt med vand. " * 100


@pytest.fixture
def source(tmp_path: Path, settings: LazySettings) -> Iterator[Path]:
    """The site's own files, copied, and an empty folder to gather them in."""
    folder = copytree(SOURCE, tmp_path / "source")
    (tmp_path / "gathered").mkdir()
    settings.STATIC_ROOT = tmp_path / "gathered"
    settings.STATICFILES_DIRS = [folder]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "site_project.static_files.VersionedStaticFiles"}
    }
    finders.get_finder.cache_clear()
    yield folder
    finders.get_finder.cache_clear()


def read_in_browser(address: str) -> HttpResponse:
    def not_found(request: HttpRequest) -> HttpResponse:
        return HttpResponse(status=404)

    request = RequestFactory().get(address, headers={"accept-encoding": "gzip, br"})
    response = WhiteNoiseMiddleware(not_found)(request)
    return HttpResponse(b"".join(response) or b"", status=response.status_code, headers=dict(response.items()))


def test_a_gathered_file_is_named_by_what_is_in_it_compressed_and_kept_for_good(source: Path) -> None:
    assert collect() > 20
    address = static("chat/define.js")
    assert re.fullmatch(r"/static/chat/define\.[0-9a-f]{12}\.js", address)
    response = read_in_browser(address)
    assert response["Content-Encoding"] == "gzip"
    assert "immutable" in response["Cache-Control"]
    script = gzip.decompress(response.content).decode()
    assert "/**" not in script and "/**" in (SOURCE / "chat" / "define.js").read_text()
    imported = re.findall(r'from\s*"\./([^"]+)"', script)
    assert imported and all(re.fullmatch(r"\w+\.[0-9a-f]{12}\.js", name) for name in imported)


def test_every_module_and_file_that_a_gathered_one_names_is_there(source: Path, settings: LazySettings) -> None:
    collect()
    root = Path(settings.STATIC_ROOT)
    named = 0
    for path in root.rglob("*.[0-9a-f]*.js"):
        for other in re.findall(r'(?:from|import)\s*\(?\s*"(\.[^"]+)"', path.read_text()):
            assert (path.parent / other).exists(), f"{path.name} names {other}"
            named += 1
    assert named > 20


def test_files_are_gathered_again_when_one_has_changed_and_only_then(source: Path) -> None:
    assert collect() > 0
    before = static("site/site.css")
    assert collect() == 0
    (source / "site" / "site.css").write_text("body { margin: 0 }")
    os.utime(source / "site" / "site.css")
    assert collect() > 0
    staticfiles_storage.hashed_files = staticfiles_storage.load_manifest()[0]
    after = static("site/site.css")
    assert before != after
    assert read_in_browser(before).status_code == 200, "a page that is open yet may ask for the former one"


def test_without_gathering_files_keep_their_plain_names(source: Path) -> None:
    assert static("site/site.css") == "/static/site/site.css"
    assert read_in_browser("/static/site/site.css").status_code == 200


def test_a_file_that_came_after_the_gathering_has_its_plain_name(source: Path) -> None:
    collect()
    (source / "site" / "new.css").write_text("body {}")
    assert static("site/new.css") == "/static/site/new.css"


def response_to(method: str, response: HttpResponse | StreamingHttpResponse) -> HttpResponse | StreamingHttpResponse:
    request = RequestFactory().generic(method, "/", headers={"accept-encoding": "gzip"})
    return CompressedPages(lambda request: response)(request)  # type: ignore[return-value]


def test_a_page_is_compressed() -> None:
    response = response_to("GET", HttpResponse(LONG))
    assert response["Content-Encoding"] == "gzip"
    assert gzip.decompress(response.content).decode() == LONG  # type: ignore[union-attr]
    assert "Accept-Encoding" in response["Vary"]


def test_what_follows_a_form_and_what_comes_bit_by_bit_is_left_as_it_is() -> None:
    assert "Content-Encoding" not in response_to("POST", HttpResponse(LONG))
    assert "Content-Encoding" not in response_to("GET", StreamingHttpResponse([LONG]))
