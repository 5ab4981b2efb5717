// Keeps a page's receipt fresh after a save, until nothing more is about to happen; a reload does the same.

const EVERY_MS = 1000;
const AT_MOST_MS = 60_000;

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Return {settled, html} from the server, or null when it has no answer just now. */
async function ask(address) {
  try {
    const response = await fetch(address, { headers: { Accept: "application/json" }, redirect: "error" });
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}

/** Put the server's lines in the place of those shown. It has escaped all that people wrote. */
function show(place, html) {
  place.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
}

async function follow(receipt) {
  const place = receipt.querySelector(".bots-receipt-lines");
  const end = performance.now() + AT_MOST_MS;
  let shown = "";
  while (performance.now() < end) {
    await pause(EVERY_MS);
    const answer = await ask(receipt.dataset.receipt);
    if (answer && answer.html !== shown) {
      show(place, answer.html);
      shown = answer.html;
    }
    if (answer?.settled) {
      receipt.removeAttribute("data-unsettled");
      return;
    }
  }
  receipt.querySelector(".bots-receipt-stopped").hidden = false;
}

document.querySelectorAll("[data-receipt][data-unsettled]").forEach(follow);
