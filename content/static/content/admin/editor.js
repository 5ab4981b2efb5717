// Starts the rich text editor on each textarea[data-page-body].
// What can be written here is what the server keeps: see ALLOWED_TAGS in content/cleaning.py.
import {
  Blockquote,
  Bold,
  BulletList,
  Document,
  Dropcursor,
  Editor,
  Gapcursor,
  HardBreak,
  Heading,
  History,
  HorizontalRule,
  Italic,
  Link,
  ListItem,
  Menu,
  OrderedList,
  Paragraph,
  Subscript,
  Superscript,
  Table,
  TableCell,
  TableHeader,
  TableRow,
  Text,
  createMenuFromGroups,
  gettext,
  updateAttrsDialog,
} from "django-prose-editor/editor"

const MENU = [
  { group: "blockType -lists", type: "dropdown", minItems: 2 },
  { group: "lists" },
  { group: "nodes -blockType -lists" },
  { group: "marks" },
  { group: "link" },
  { group: "table" },
  { group: "history" },
  { group: "utility" },
]

// A table starts with a row of headings: without it nobody knows what its columns are.
const HeadedTable = Table.extend({
  addCommands() {
    return {
      ...this.parent?.(),
      insertTableWithOptions:
        () =>
        ({ commands }) =>
          commands.insertTable({ rows: 3, cols: 3, withHeaderRow: true }),
    }
  },
})

const linkDialog = updateAttrsDialog(
  {
    href: {
      type: "string",
      title: gettext("Adresse"),
      description: gettext("En hel adresse (https://…), en side her på stedet (/kontakt/), mailto: eller tel:"),
      required: true,
    },
  },
  { title: gettext("Link til") },
)

// What people write when they mean an address.
function wholeAddress(text) {
  const address = text.trim()
  if (/^[^\s@/:]+@[^\s@/]+\.[^\s@/]+$/.test(address)) return `mailto:${address}`
  if (/^[\p{L}\d-]+(\.[\p{L}\d-]+)+([/?#]|$)/u.test(address)) return `https://${address}`
  return address
}

// A link is an address and nothing else.
const PlainLink = Link.extend({
  addCommands() {
    return {
      ...this.parent?.(),
      addLink:
        () =>
        ({ editor }) => {
          if (editor.state.selection.empty && !editor.isActive("link")) return
          linkDialog(editor, { href: editor.getAttributes("link").href }).then((attrs) => {
            if (attrs) editor.chain().focus().extendMarkRange("link").setLink({ href: wholeAddress(attrs.href) }).run()
          })
        },
    }
  },
})

const EXTENSIONS = [
  Document,
  Paragraph,
  Text,
  Dropcursor,
  Gapcursor,
  History,
  Heading.configure({ levels: [2, 3, 4] }),
  Bold,
  Italic,
  Subscript,
  Superscript,
  HardBreak,
  HorizontalRule,
  BulletList,
  OrderedList,
  ListItem,
  Blockquote,
  PlainLink.configure({
    enableTarget: false,
    openOnClick: false,
    autolink: false,
    protocols: ["http", "https", "mailto", "tel", "sms"],
    isAllowedUri: (uri) => /^(https?:\/\/|mailto:|tel:|sms:|\/(?![/\\])|#)/i.test(uri),
    HTMLAttributes: { rel: null, target: null },
  }),
  HeadedTable.configure({ resizable: false }),
  TableRow,
  TableHeader,
  TableCell,
  Menu.configure({ groups: MENU, items: createMenuFromGroups(MENU) }),
]

// The menu's texts are fixed in English; give its buttons those of this page.
function nameButtons(element) {
  for (const button of element.querySelectorAll("button[title]")) {
    const text = gettext(button.title)
    if (text === button.title) continue
    button.title = text
    button.setAttribute("aria-label", text)
  }
  for (const option of element.querySelectorAll(".prose-menubar__option > *")) {
    option.textContent = gettext(option.textContent)
  }
}

function startEditor(textarea) {
  if (textarea.closest(".prose-editor")) return
  const element = document.createElement("div")
  element.className = "prose-editor"
  const label = document.querySelector(`label[for="${textarea.id}"]`)
  textarea.before(element)
  element.append(textarea)
  const editor = new Editor({
    element,
    injectCSS: false, // its rules stand in editor.css
    editable: !textarea.disabled,
    extensions: EXTENSIONS,
    content: textarea.value,
    editorProps: {
      // The policy would refuse pasted styles one by one, each with a complaint; the server drops them in any case.
      transformPastedHTML: (html) =>
        html.replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/\sstyle\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)/gi, "")),
      attributes: {
        role: "textbox",
        "aria-multiline": "true",
        "aria-label": label?.textContent.replace(":", "").trim() ?? "",
        lang: document.documentElement.lang,
      },
    },
    onUpdate({ editor }) {
      textarea.value = editor.isEmpty ? "" : editor.getHTML()
      textarea.dispatchEvent(new Event("input", { bubbles: true }))
    },
  })
  editor.on("create", () => nameButtons(element))
  editor.on("transaction", () => nameButtons(element))
  label?.addEventListener("click", () => editor.commands.focus())
}

for (const textarea of document.querySelectorAll("textarea[data-page-body]")) startEditor(textarea)
