// The rich text editor's own texts, in the language of the admin. Runs before the editor's modules.
{
  const DANISH = {
    // dialogs
    Update: "Indsæt",
    Cancel: "Annullér",
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
    // our own
    Address: "Adresse",
    "Link to": "Link til",
    "A whole address (https://…), a page of this site (/kontakt/), mailto: or tel:":
      "En hel adresse (https://…), en side her på stedet (/kontakt/), mailto: eller tel:",
  }

  if (document.documentElement.lang.startsWith("da")) {
    const next = window.gettext ?? ((text) => text)
    window.gettext = (text) => DANISH[text] ?? next(text)
  }
}
