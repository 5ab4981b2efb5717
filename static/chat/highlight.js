/** A source that was followed from the chat: its section has the focus. The page itself marks it, as its :target. */

const KEY = "vejviser-chat:followed";

/** Remember that the link to `url` is being followed from the chat. */
export function rememberFollowed(url) {
  const { pathname, hash } = new URL(url, location.href);
  try {
    sessionStorage.setItem(KEY, pathname + hash);
  } catch {
    // Without storage the browser still scrolls to the section.
  }
}

/** Focus the section in the address if the chat led here. */
export function showFollowed() {
  const { hash, pathname } = location;
  const target = hash && takeFollowed() === pathname + hash && document.getElementById(decodeURIComponent(hash.slice(1)));
  if (!target) return;
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
