/** A source that was followed from the chat: focus its heading and mark its section. */

const KEY = "vejviser-chat:followed";
const MARK = "chat-followed";

/** Remember that the link to `url` is being followed from the chat. */
export function rememberFollowed(url) {
  const { pathname, hash } = new URL(url, location.href);
  try {
    sessionStorage.setItem(KEY, pathname + hash);
  } catch {
    // Without storage the browser still scrolls to the section, and :target marks its heading.
  }
}

/** Mark the section in the address if the chat led here. */
export function showFollowed() {
  const anchor = decodeURIComponent(location.hash.slice(1));
  if (!anchor || takeFollowed() !== location.pathname + location.hash) return;
  const target = document.getElementById(anchor);
  if (!target) return;
  for (const marked of document.querySelectorAll(`.${MARK}`)) marked.classList.remove(MARK);
  (target.closest(".passage") ?? target).classList.add(MARK);
  if (!target.matches("a[href], button, input, [tabindex]")) target.tabIndex = -1;
  target.focus({ preventScroll: true });
  target.scrollIntoView();
}

function takeFollowed() {
  try {
    const followed = sessionStorage.getItem(KEY);
    sessionStorage.removeItem(KEY);
    return followed;
  } catch {
    return null;
  }
}
