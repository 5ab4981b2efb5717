"""A folder of content files ▸ the site's pages: read ▸ follow moves ▸ prune ▸ order ▸ write, all or nothing."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from content.faults import ContentFault, Fault
from content.files import ContentFile, find_files, read_file
from content.markdown import to_html
from content.models import Page, Topic

logger = logging.getLogger(__name__)

Key = tuple[str, str]
#: Called after each page with how many are done and how many there are.
Progress = Callable[[int, int], None]

_PLAIN_FIELDS = (
    "title", "slug", "kind", "summary", "order", "status", "publish_at", "expire_at",
    "sources", "reviewed_by", "reviewed_on", "review_due", "questions",
)  # fmt: skip


@dataclass
class ImportReport:
    """What an import did: addresses of pages by outcome, the new addresses of topics that were there before.

    And what it could not do: `unknown_owners`.
    """

    created: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    pruned: list[str] = field(default_factory=list)
    moved_topics: list[str] = field(default_factory=list)
    #: How many pages have an owner of this name, whom the site does not know: they keep whom they have, if any.
    unknown_owners: Counter[str] = field(default_factory=Counter)


class _DryRun(Exception):
    """Rolls a dry run back."""


def import_folder(
    directory: Path, *, prune: bool = False, dry_run: bool = False, progress: Progress = lambda done, total: None
) -> ImportReport:
    """Make the site's pages what the files under `directory` say; report what was done.

    Raise ContentFault with all faults found, and change nothing then. A page that already is as its file says
    is not saved. `prune` deletes pages that have no file; `dry_run` undoes everything at the end.

    A file's slug and language say which page it is. A new slug is a new page, unless `previous_slug` in the file names
    the old one: then the page moves, keeps its versions, and its old address leads to the new one. A topic's address
    is set where a file has `topic_slug`, and else made from its name or left as it is. An owner who is no user of the
    site is no fault, and changes nothing: a backup must come up on a new machine.
    """
    read, report = read_folder(directory), ImportReport()
    try:
        with transaction.atomic():
            _write(read, report, prune=prune, progress=progress)
            if dry_run:
                raise _DryRun
    except _DryRun:
        pass
    return report


@dataclass
class Folder:
    """Content files as they were read, and what is wrong with those that could not be."""

    files: list[ContentFile]
    faults: list[Fault]
    #: Names without ending of the files that could not be read: by these, pages are most likely referred to.
    unread: frozenset[str]


def read_folder(directory: Path) -> Folder:
    """Read every content file under `directory`."""
    files: dict[Key, ContentFile] = {}
    faults: list[Fault] = []
    unread: set[str] = set()
    for path in find_files(directory):
        name = str(path.relative_to(directory))
        try:
            file = read_file(path, name)
        except ContentFault as fault:
            faults.extend(fault.faults)
            unread.add(path.stem)
            continue
        except OSError as error:
            unread.add(path.stem)
            faults.append(Fault(name, 1, _("Filen kan ikke læses: %(problem)s.") % {"problem": error.strerror}))
            continue
        if first := files.get(file.key):
            message = _("Adressen %(slug)s er også brugt i %(path)s.")
            faults.append(file.fault("slug", message % {"slug": file.values["slug"], "path": first.path}))
        else:
            files[file.key] = file
    return Folder(list(files.values()), faults, frozenset(unread))


def _write(read: Folder, report: ImportReport, *, prune: bool, progress: Progress) -> None:
    """Write what was read; with a fault anywhere, go on as far as it tells of more faults, and raise them all."""
    files, faults = read.files, list(read.faults)
    keys = {file.key for file in files}
    moves = _moves(files, keys)
    if prune and not faults:
        kept = keys | set(moves.values())
        for page in Page.objects.all():
            if (page.language, page.slug) not in kept:
                report.pruned.append(page.get_absolute_url())
                page.delete()
    pages: dict[Key, Page] = {
        (page.language, page.slug): page for page in Page.objects.select_related("topic", "owner")
    }
    for new, old in moves.items():
        pages[new] = pages.pop(old)
    faults += _missing_targets(files, keys | set(pages), read.unread)
    ordered = _in_order(files, faults)
    topics = _write_topics(files, report, faults)
    owners = _owners(files, report)
    _free_relations(files, pages)
    for number, file in enumerate(ordered, start=1):
        try:
            page, outcome = _write_page(file, pages, topics, owners)
            pages[file.key] = page
            getattr(report, outcome).append(page.get_absolute_url())
        except ValidationError as error:
            faults.extend(_as_faults(file, error))
        progress(number, len(ordered))
    if faults:
        raise ContentFault(*sorted(faults))


def _moves(files: Iterable[ContentFile], keys: set[Key]) -> dict[Key, Key]:
    """Return the stored key of each page that a file gives a new one: no page has that yet, and no file the old."""
    stored: set[Key] = set(Page.objects.values_list("language", "slug"))
    free = stored - keys
    moves: dict[Key, Key] = {}
    for file in files:
        old = (file.values["language"], file.values["previous_slug"])
        if old in free and file.key not in stored:
            moves[file.key] = old
            free.remove(old)
    return moves


def _target(file: ContentFile, relation: str) -> Key | None:
    """Return the key of the page that `relation` names: in the same language for a parent, else in the other."""
    slug = file.values[relation]
    if slug is None:
        return None
    language = file.values["language"]
    return (language if relation == "parent" else {"da": "en", "en": "da"}[language]), slug


def _missing_targets(files: Iterable[ContentFile], known: set[Key], unread: frozenset[str]) -> list[Fault]:
    faults = []
    for file in files:
        for relation in ("parent", "translation_of"):
            target = _target(file, relation)
            if target is not None and target not in known and target[1] not in unread:
                message = _("%(key)s: Der er ingen side på %(language)s med adressen %(slug)s.")
                params = {"key": relation, "language": target[0], "slug": target[1]}
                faults.append(file.fault(relation, message % params))
    return faults


def _in_order(files: list[ContentFile], faults: list[Fault]) -> list[ContentFile]:
    """Return the files so that each comes after those it refers to; note a circle as a fault."""
    by_key = {file.key: file for file in files}
    ordered: list[ContentFile] = []
    done: set[Key] = set()
    for start in files:
        stack: list[tuple[ContentFile, bool]] = [(start, False)]
        open_keys: set[Key] = set()
        while stack:
            file, is_ready = stack.pop()
            if is_ready:
                open_keys.discard(file.key)
                if file.key not in done:
                    done.add(file.key)
                    ordered.append(file)
                continue
            if file.key in done:
                continue
            open_keys.add(file.key)
            stack.append((file, True))
            for relation in ("parent", "translation_of"):
                target = by_key.get(_target(file, relation) or ("", ""))
                if target is None or target.key in done:
                    continue
                if target.key in open_keys:
                    faults.append(file.fault(relation, _("%(key)s går i ring.") % {"key": relation}))
                else:
                    stack.append((target, False))
    return ordered


def _free_relations(files: list[ContentFile], pages: dict[Key, Page]) -> None:
    """Undo links that the files undo: another page may take the translation over, and a parent become an article."""
    keys = {page.pk: key for key, page in pages.items()}
    for file in files:
        page = pages.get(file.key)
        if page is None:
            continue
        for relation in ("parent", "translation_of"):
            target = getattr(page, f"{relation}_id")
            if target is not None and keys.get(target) != _target(file, relation):
                Page.objects.filter(pk=page.pk).update(**{relation: None})


def _write_page(
    file: ContentFile, pages: dict[Key, Page], topics: dict[Key, Topic], owners: dict[str, int]
) -> tuple[Page, str]:
    """Save the page of `file` unless it is as the file says; return it and the outcome's name."""
    page = pages.get(file.key)
    is_new = page is None
    if page is None:
        page = Page(language=file.values["language"], slug=file.values["slug"])
    wanted = _wanted(file, page, pages, topics, owners)
    differing = [name for name, value in wanted.items() if getattr(page, name) != value]
    if not is_new and not differing:
        return page, "unchanged"
    for name, value in wanted.items():
        setattr(page, name, value)
    page.full_clean()
    page.save()
    return page, "created" if is_new else "changed"


def _wanted(
    file: ContentFile, page: Page, pages: dict[Key, Page], topics: dict[Key, Topic], owners: dict[str, int]
) -> dict[str, Any]:
    """Return what the page's fields should be; without a relation whose target is missing, which is a fault already."""
    parent, original = _target(file, "parent"), _target(file, "translation_of")
    owner = file.values["owner"]
    topic = topics.get(_topic_key(file))
    wanted = {name: file.values[name] for name in _PLAIN_FIELDS}
    wanted |= {
        "body": to_html(file.markdown, previous=page.body),
        "topic_id": topic.pk if topic else None,
        "owner_id": owners.get(owner, page.owner_id) if owner else None,
        "parent_id": pages[parent].pk if parent in pages else None,
        "translation_of_id": pages[original].pk if original in pages else None,
    }
    return wanted


def _topic_key(file: ContentFile) -> Key:
    return file.values["language"], file.values["topic"]


def _write_topics(files: Iterable[ContentFile], report: ImportReport, faults: list[Fault]) -> dict[Key, Topic]:
    """Make the topics that the files name, with the addresses they give; return them by language and name.

    Those that are there already come first: one of them may leave an address that a new one takes.
    """
    wanted: dict[Key, str | None] = {}
    named_by: dict[Key, ContentFile] = {}
    for file in files:
        key, slug = _topic_key(file), file.values["topic_slug"]
        if not key[1]:
            if slug:
                faults.append(file.fault("topic_slug", _("topic_slug: Siden har intet emne.")))
            continue
        if slug and (first := wanted.get(key)) and first != slug:
            params = {"topic": key[1], "slug": first, "path": named_by[key].path}
            faults.append(file.fault("topic_slug", _("Emnet %(topic)s har adressen %(slug)s i %(path)s.") % params))
        elif slug or key not in wanted:
            wanted[key], named_by[key] = slug, file
    stored = {(topic.language, topic.name): topic for topic in Topic.objects.all()}
    topics: dict[Key, Topic] = {}
    for key in sorted(wanted, key=lambda key: key not in stored):
        topic = stored.get(key) or Topic(language=key[0], name=key[1])
        slug = wanted[key] or topic.slug
        if topic.pk is None or topic.slug != slug:
            is_new, topic.slug = topic.pk is None, slug
            try:
                topic.full_clean()
            except ValidationError as error:
                name = "topic_slug" if wanted[key] else "topic"
                faults.append(named_by[key].fault(name, f"{name}: " + " ".join(error.messages)))
                continue
            topic.save()
            if not is_new:
                report.moved_topics.append(topic.get_absolute_url())
        topics[key] = topic
    return topics


def _owners(files: Iterable[ContentFile], report: ImportReport) -> dict[str, int]:
    """Return the users that the files name as owners, by their names; count the pages of those that there are not."""
    named = Counter(name for file in files if (name := file.values["owner"]))
    user_model = get_user_model()
    key = user_model.USERNAME_FIELD
    owners = dict(user_model.objects.filter(**{f"{key}__in": list(named)}).values_list(key, "pk"))
    report.unknown_owners = Counter({name: count for name, count in named.items() if name not in owners})
    return owners


def _as_faults(file: ContentFile, error: ValidationError) -> Iterable[Fault]:
    for name, messages in error.message_dict.items():
        for message in messages:
            yield file.fault(name, message if name == NON_FIELD_ERRORS else f"{name}: {message}")
