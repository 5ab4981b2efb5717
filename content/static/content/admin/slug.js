// The address follows the title until the editor writes one. The server does the same for an empty address
// (danish_slug in content/slugs.py).
{
  const DANISH = { æ: "ae", ø: "oe", å: "aa", ä: "ae", ö: "oe", ü: "ue", ß: "ss" }

  const slugOf = (text) =>
    text
      .toLowerCase()
      .replace(/[æøåäöüß]/g, (letter) => DANISH[letter])
      .normalize("NFKD")
      .replace(/['’]|(?![a-z])[\p{L}\p{M}\p{Cf}]/gu, "")
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-+|-+$/g, "")

  document.addEventListener("DOMContentLoaded", () => {
    for (const slug of document.querySelectorAll("input[data-slug-of]")) {
      const title = document.getElementById(slug.dataset.slugOf)
      if (!title || slug.value) continue
      title.addEventListener("input", () => {
        if (!slug.dataset.written) slug.value = slugOf(title.value)
      })
      slug.addEventListener("input", () => {
        slug.dataset.written = slug.value ? "yes" : ""
      })
    }
  })
}
