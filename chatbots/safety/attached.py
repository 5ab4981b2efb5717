"""Questions attached to pages, as examples of what ordinary visitors ask; for developers."""

from __future__ import annotations

from pathlib import Path

import yaml

from chatbots.safety.triage import Outcome
from chatbots.safety.utterances import UtteranceError
from content.faults import ContentFault
from content.files import find_files, read_file


def attached_questions(pages: Path, marked: Path) -> dict[str, Outcome]:
    """Return the questions attached to a folder's pages: ordinary ones, but for those that a file has marked.

    `marked` is YAML: lists of the questions that are emergencies, that deserve a card beside their answer, and that
    are to be left out. Raises UtteranceError.
    """
    try:
        lists = yaml.safe_load(marked.read_text(encoding="utf-8"))
        outcomes = {question: outcome for outcome in (Outcome.BESIDE, Outcome.EMERGENCY) for question in lists[outcome]}
        left_out = set(lists["left_out"])
        files = [read_file(path, str(path)) for path in find_files(pages)]
    except (OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError, ContentFault) as error:
        raise UtteranceError(f"The questions of {pages}, with {marked}, cannot be read: {error}") from error
    questions = list(dict.fromkeys(question for file in files for question in file.values["questions"]))
    if gone := (left_out | set(outcomes)).difference(questions):
        raise UtteranceError(f"{marked} marks what is attached to no page in {pages}: {min(gone)!r}")
    return {question: outcomes.get(question, Outcome.NONE) for question in questions if question not in left_out}
