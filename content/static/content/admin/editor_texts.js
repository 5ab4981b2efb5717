// The rich text editor's own texts, which it brings in English, in Danish. Runs before the editor's modules.
{
  const DANISH = {
    // dialogs
    Update: "Indsæt",
    Cancel: "Annullér",
    "List properties": "Listens udseende",
    "Start at": "Begynd ved",
    "List type": "Slags liste",
    Bullets: "Punkter",
    "Decimal numbers": "Tal",
    "Lowercase letters": "Små bogstaver",
    "Uppercase letters": "Store bogstaver",
    "Lowercase Roman numerals": "Små romertal",
    "Uppercase Roman numerals": "Store romertal",
    // buttons
    "heading 2": "Overskrift",
    "heading 3": "Underoverskrift",
    "heading 4": "Lille overskrift",
    "Heading 2": "Overskrift",
    "Heading 3": "Underoverskrift",
    "Heading 4": "Lille overskrift",
    paragraph: "Brødtekst",
    Paragraph: "Brødtekst",
    "unordered list": "Punktliste",
    "ordered list": "Nummereret liste",
    blockquote: "Citat",
    "horizontal rule": "Skillelinje",
    bold: "Fed",
    italic: "Kursiv",
    subscript: "Sænket skrift",
    superscript: "Hævet skrift",
    "insert link": "Indsæt link",
    "remove link": "Fjern link",
    "Insert table": "Indsæt tabel",
    "Add column": "Tilføj kolonne",
    "Delete column": "Slet kolonne",
    "Add row": "Tilføj række",
    "Delete row": "Slet række",
    "Merge cells": "Flet celler",
    "Split cell": "Opdel celle",
    "Toggle header cell": "Overskriftscelle til/fra",
    "Delete table": "Slet tabel",
    undo: "Fortryd",
    redo: "Gentag",
    question_mark: "Andet",
  }

  if (document.documentElement.lang.startsWith("da")) {
    const next = window.gettext ?? ((text) => text)
    window.gettext = (text) => DANISH[text] ?? next(text)
  }
}
