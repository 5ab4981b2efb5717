"""What `make run` and `make test` install with."""

from __future__ import annotations

import ast
import contextlib
import importlib.util
import re
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from site_project.run.messages import compile_messages

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Return the installer, pointed at a checkout in a temporary folder."""
    spec = importlib.util.spec_from_file_location("install", ROOT / "site_project" / "install.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(module, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    module.PYTHON.parent.mkdir(parents=True)
    module.PYTHON.symlink_to(sys.executable)
    for name in ("pyproject.toml", "constraints.txt"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    return module


def test_packages_are_installed_anew_only_when_their_lists_change(install: ModuleType) -> None:
    assert not install.installed("")
    install.stamp("").write_text(install.fingerprint())
    assert install.installed("")
    assert not install.installed("dev")
    with (install.ROOT / "constraints.txt").open("a") as file:
        file.write("another==1\n")
    assert not install.installed("")


def test_what_development_needs_includes_what_running_needs(install: ModuleType) -> None:
    install.stamp("dev").write_text(install.fingerprint())
    assert install.installed("dev")
    assert install.installed("")


def test_an_old_python_is_told_so_by_its_version(install: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(install, "OLDEST", (99, 0))
    with pytest.raises(SystemExit, match=r"needs Python 3\.11 or newer; .* is \d"):
        install.main()


def test_an_old_python_can_read_the_installer_at_all() -> None:
    ast.parse((ROOT / "site_project" / "install.py").read_text(), feature_version=(3, 8))


def test_what_pip_says_when_it_fails_is_shown(install: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(install, "PYTHON", Path(sys.executable))
    (install.ROOT / "constraints.txt").write_text("this is no constraint\n")
    with pytest.raises(SystemExit, match="ERROR"):
        install.install("")


def test_every_dependency_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    pinned = {re.split(r"[=\[]", line)[0].lower() for line in (ROOT / "constraints.txt").read_text().splitlines()}
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    names = {re.split(r"[^\w.-]", line)[0].lower() for line in wanted}
    assert not names - {name.replace("_", "-") for name in pinned} - pinned


def test_no_pin_is_bound_to_one_machine() -> None:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    assert all(re.fullmatch(r"[\w.-]+==[\w.]+(; python_version (<|>=) '[\d.]+')?", line) for line in lines)


def test_every_pin_suits_the_oldest_python_that_is_promised(install: ModuleType) -> None:
    promised = ".".join(map(str, install.OLDEST)) + ".0"
    pins = [Requirement(line) for line in (ROOT / "constraints.txt").read_text().splitlines()]
    for pin in pins:
        if pin.marker and not pin.marker.evaluate({"python_version": promised}):
            continue
        with contextlib.suppress(PackageNotFoundError):  # not wanted on this machine
            package = metadata(pin.name)
            assert package["Version"] in pin.specifier, f"{pin.name} is not installed as it is pinned"
            assert promised in SpecifierSet(package.get("Requires-Python", "")), pin.name


def test_translations_are_compiled_once_and_after_a_change(tmp_path: Path) -> None:
    folder = tmp_path / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    catalog = Catalog(locale="en")
    catalog.add("Åbningstider", "Opening hours")
    catalog.add(("%(n)s side", "%(n)s sider"), ("%(n)s page", "%(n)s pages"))
    with (folder / "django.po").open("wb") as file:
        write_po(file, catalog)
    assert compile_messages(tmp_path) == 1
    assert compile_messages(tmp_path) == 0
    import gettext

    with (folder / "django.mo").open("rb") as file:
        translations = gettext.GNUTranslations(file)
    assert translations.gettext("Åbningstider") == "Opening hours"
    assert translations.ngettext("%(n)s side", "%(n)s sider", 2) == "%(n)s pages"


def test_make_run_passes_its_port_on() -> None:
    done = subprocess.run(["make", "-n", "-C", ROOT, "run", "PORT=1234"], capture_output=True, text=True, check=True)
    assert "-m site_project.run --port 1234" in done.stdout


def test_make_names_its_commands() -> None:
    done = subprocess.run(["make", "-C", ROOT, "help"], capture_output=True, text=True, check=True)
    for command in ("make run", "make test", "make lint", "make evaluate", "make bench"):
        assert command in done.stdout
