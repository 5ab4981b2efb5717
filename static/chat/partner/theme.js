/** What a partner's page decides of the widget's looks, read from attributes. */

/** Attributes with a colour, and the property that each one sets. A property that the page sets itself goes before. */
const COLOURS = {
  accent: "--vejviser-accent",
  "accent-text": "--vejviser-accent-text",
  surface: "--vejviser-surface",
  text: "--vejviser-text",
};

/** The names of all attributes that matter here. */
export const THEME_ATTRIBUTES = Object.keys(COLOURS);

/** Return the rules that the attributes of `host` stand for. What is no colour is told in the console and left out. */
export function themeOf(host) {
  const rules = THEME_ATTRIBUTES.filter((name) => host.hasAttribute(name)).flatMap((name) => {
    const value = host.getAttribute(name).trim();
    if (CSS.supports("color", value)) return [`${COLOURS[name]}:${value};`];
    console.warn(`vejviser-widget: ${name}="${value}" is not a colour`);
    return [];
  });
  return `:host{font-size:medium!important;${rules.join("")}}`;
}
