/** Make <vejviser-chat> known to the browser, and show the section that a source led to. */

import { VejviserChat } from "./element.js";
import { showFollowed } from "./highlight.js";

customElements.define("vejviser-chat", VejviserChat);
showFollowed(document.querySelector("vejviser-chat"));
