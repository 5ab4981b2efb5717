/**
 * A source that was followed from the chat: its section has the focus, and the next stop leads back. The page itself
 * marks it, as its :target.
 */

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

/** Focus the section in the address if the chat led here. What follows it leads back to `chat`, if there is one. */
export function showFollowed(chat) {
  const { hash, pathname } = location;
  const target = hash && takeFollowed() === pathname + hash && document.getElementById(decodeURIComponent(hash.slice(1)));
  if (!target) return;
  if (!target.matches("a[href], button, input, [tabindex]")) target.tabIndex = -1;
  target.focus({ preventScroll: true });
  target.scrollIntoView();
  for (const former of document.querySelectorAll(".way-back")) former.remove();
  const back = chat?.wayBack();
  if (back) target.after(back);
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
