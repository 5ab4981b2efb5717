/** The server's templates for a partner's page. */

/**
 * Return the document at `address`. Throw TypeError when it cannot be had, as on a page that is not on the partner's list.
 * XMLHttpRequest makes the document itself: the page's policy may forbid making one from text (Trusted Types).
 */
export function loadParts(address, signal) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("GET", address);
    request.responseType = "document";
    request.onload = () => (request.status === 200 ? resolve(request.response) : reject(new TypeError(`Not allowed (${request.status}): is this page on the partner's list, and the key right?`)));
    request.onerror = () => reject(new TypeError("No connection, or this page is not on the partner's list"));
    request.onabort = () => reject(signal.reason);
    signal.addEventListener("abort", () => request.abort());
    request.send();
  });
}
