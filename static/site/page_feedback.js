/** Send the answer to "Fandt du, hvad du søgte?" without leaving the page. The forms work without this file. */

document.addEventListener("submit", async (event) => {
  const box = event.target.closest("[data-page-feedback]");
  if (!box) return;
  event.preventDefault();
  if (box.ariaBusy) return; // A second click, while the first is on its way.
  const form = event.target;
  const body = new URLSearchParams(new FormData(form, event.submitter));
  box.ariaBusy = "true";
  try {
    const response = await fetch(form.action, { method: "POST", body, headers: { "X-Fragment": "box" } });
    const next = new DOMParser().parseFromString(await response.text(), "text/html").querySelector("[data-page-feedback]");
    if (!next) throw new Error(`No box in the answer: ${response.status}`);
    box.replaceWith(next);
    next.querySelector("h2").focus();
  } catch {
    box.ariaBusy = null;
    HTMLFormElement.prototype.submit.call(withButton(form, event.submitter));
  }
});

/** Return the form with what its button says as a field: a form that a script sends has no button. */
function withButton(form, button) {
  if (button?.name) {
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name: button.name, value: button.value }));
  }
  return form;
}
