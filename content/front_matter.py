"""The front matter of a content file: YAML ▸ values with the line of each, and back. Pure.

PyYAML alone would tell of the first fault only, and of some by a traceback.
"""

from __future__ import annotations

from typing import Any

import yaml
from django.utils.translation import gettext as _

from content.faults import ContentFault, Fault

_MAPPING, _TEXT, _MOMENT = (f"tag:yaml.org,2002:{kind}" for kind in ("map", "str", "timestamp"))
#: What PyYAML raises, beside errors of its own, where a value cannot be what it looks like: 2026-02-30, `!!bool x`.
_UNREADABLE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


def parse(text: str, name: str) -> tuple[dict[str, Any], dict[str, int], list[Fault]]:
    """Return the mapping, the line of each of its keys in the file, and faults that let reading go on."""
    loader, node = _compose(text, name)
    if node is None:
        return {}, {}, []
    if not isinstance(node, yaml.MappingNode) or node.tag != _MAPPING:
        raise ContentFault(Fault(name, 2, _("Sidens oplysninger skal stå som “nøgle: værdi”.")))
    values: dict[str, Any] = {}
    lines: dict[str, int] = {}
    faults = []
    for key, value in node.value:
        line = _line_at(text, key.start_mark.index)
        if not isinstance(key, yaml.ScalarNode):
            raise ContentFault(Fault(name, line, _("En nøgle skal være et ord.")))
        if key.tag != _TEXT:  # `yes`, `null`, `<<` and the like, which YAML takes for something else
            faults.append(Fault(name, line, _("Ukendt nøgle: %(key)s.") % {"key": key.value}))
            continue
        if key.value in lines:
            faults.append(Fault(name, line, _("Nøglen %(key)s står to gange.") % {"key": key.value}))
        lines.setdefault(key.value, line)
        try:
            values[key.value] = loader.construct_document(value)
        except yaml.YAMLError as error:
            raise ContentFault(*faults, _yaml_fault(text, name, error)) from None
        except _UNREADABLE as error:
            is_date = value.tag == _MOMENT and isinstance(error, ValueError)
            message = _("Ugyldig dato: %(problem)s.") if is_date else _("Værdien af %(key)s kan ikke læses.")
            raise ContentFault(*faults, Fault(name, line, message % {"problem": error, "key": key.value})) from None
        except RecursionError:
            raise ContentFault(*faults, _too_deep(name, line)) from None
    return values, lines, faults


def _compose(text: str, name: str) -> tuple[yaml.SafeLoader, yaml.Node | None]:
    """Return the text as YAML's nodes, and the loader that makes values of them. Raise ContentFault."""
    try:
        loader = yaml.SafeLoader(text)
    except yaml.YAMLError as error:  # a character that YAML does not allow
        raise ContentFault(_yaml_fault(text, name, error)) from None
    try:
        return loader, loader.get_single_node()
    except yaml.YAMLError as error:
        raise ContentFault(_yaml_fault(text, name, error)) from None
    except _UNREADABLE as error:  # a character that there is not, such as "\\UFFFFFFFF"
        fault = Fault(name, _line_at(text, loader.index), _("Fejl i YAML: %(problem)s.") % {"problem": error})
        raise ContentFault(fault) from None
    except RecursionError:
        raise ContentFault(_too_deep(name, _line_at(text, loader.index))) from None


def _yaml_fault(text: str, name: str, error: yaml.YAMLError) -> Fault:
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
    mark = getattr(error, "problem_mark", None)
    if mark is None or "end of stream" in problem:  # what was opened and never closed is the fault
        mark = getattr(error, "context_mark", None) or mark
    index = mark.index if mark else getattr(error, "position", 0)
    return Fault(name, _line_at(text, index), _("Fejl i YAML: %(problem)s.") % {"problem": problem})


def _too_deep(name: str, line: int) -> Fault:
    return Fault(name, line, _("Sidens oplysninger er indlejret for dybt."))


def _line_at(text: str, index: int) -> int:
    """Return the file's line that holds this place in the front matter. YAML itself counts more breaks than editors."""
    return text.count("\n", 0, index) + 2


class _Dumper(yaml.SafeDumper):
    """Writes lists indented under their key, as people do."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def write(values: dict[str, Any]) -> str:
    """Return values as YAML, a key a line, in their order."""
    return str(yaml.dump(values, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=float("inf")))
