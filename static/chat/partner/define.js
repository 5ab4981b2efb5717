/** Make <vejviser-widget> known to the browser, once, whatever number of scripts ask for it. */

import { VejviserChat } from "../element.js";
import { VejviserWidget } from "./widget.js";

for (const [name, element] of [["vejviser-chat", VejviserChat], ["vejviser-widget", VejviserWidget]]) {
  if (!customElements.get(name)) customElements.define(name, element);
}
