/** The bubbles of a conversation, as a customer's phone shows them. */

import { icon } from "./icons.js";
import { word } from "./words.js";

/** Make an element; texts go in as texts, never as markup: they come from outside. */
export function element(tag, text = "", attributes = {}) {
    const node = document.createElement(tag);
    node.textContent = text;
    Object.assign(node, attributes);
    return node;
}

/** Return a link, if the address is a page; else its text alone. */
function link(address, text, attributes = {}) {
    const isPage = /^https?:/.test(address || "");
    const target = isPage ? { href: address, target: "_blank", rel: "noopener" } : {};
    return element(isPage ? "a" : "span", text, { ...target, ...attributes });
}

/** Return a card with a sign, a text and, if it leads somewhere, a link. */
function card(sign, text, address = "", below = "") {
    const node = link(address, "", { className: "card" });
    node.append(icon(sign), ` ${text}`);
    if (below) {
        node.append(element("small", below));
    }
    return node;
}

/** Return the phone number of a contact card, nothing when it is no such card. */
function phoneOf(payload) {
    try {
        return JSON.parse(payload.description).phone;
    } catch {
        return undefined;
    }
}

const picture = ({ url }, type) => element("img", "", { src: url, alt: type, className: type });
const player = ({ url }, type) => element(type, "", { src: url, controls: true });

/** How each kind of attachment is shown. */
const KINDS = {
    image: picture,
    gif: picture,
    sticker: picture,
    audio: player,
    video: player,
    location({ coordinates: { latitude, longitude } }) {
        const map = `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=17`;
        return card("place", `${latitude}, ${longitude}`, map, word("map"));
    },
    template: ({ text }) => card("template", text, "", word("template")),
    link(payload) {
        const phone = phoneOf(payload);
        return phone
            ? card("card", phone)
            : card("link", payload.description || payload.url, payload.url);
    },
};

/** Show one attachment of a message; a request for information opens the form to fill in. */
function attachment({ type, payload }, onFillIn) {
    if (payload.subtitle !== undefined) {
        return requestCard(payload, onFillIn);
    }
    return KINDS[type]?.(payload, type) || card("file", payload.name || type, payload.url);
}

function requestCard(payload, onFillIn) {
    const node = element("div", "", { className: "card request" });
    if (payload.image_url) {
        node.append(element("img", "", { src: payload.image_url, alt: "" }));
    }
    node.append(element("strong", payload.title || ""), element("small", payload.subtitle || ""));
    const button = element("button", word("fill_in"), { type: "button", className: "primary" });
    button.classList.add("request-info");
    button.onclick = onFillIn;
    node.append(button);
    return node;
}

/** Return what a message says in one line, for quotes and lists. */
export function summary(message) {
    const [first] = message.body.attachments || [];
    return message.body.text || first?.payload.name || first?.payload.title || first?.type || "";
}

const TICKS = { sent: "✓", received: "✓✓", seen: "✓✓" };

function foot(message, onReply) {
    const time = new Date(message.sent_ms).toLocaleTimeString("vi-VN", {
        hour: "2-digit",
        minute: "2-digit",
    });
    const line = element("small", time, { className: "foot" });
    if (message.by !== "user") {
        const state = { sent: "sent", received: "received", seen: "read" }[message.state];
        const tick = element("span", ` ${TICKS[message.state]} ${word(state)}`);
        tick.className = `tick ${message.state}`;
        line.append(tick);
    }
    if (message.by === "manager") {
        line.append(element("span", ` · ${word("manager")}`));
    }
    const reply = element("button", "↩", { type: "button", className: "quiet reply" });
    reply.title = word("answer");
    reply.setAttribute("aria-label", reply.title);
    reply.onclick = () => onReply(message);
    line.append(reply);
    return line;
}

/**
 * Return the bubble of a message.
 *
 * @param {Map} byId all messages by their id, for quotes
 * @param {{ onFillIn: function, onReply: function }} actions
 */
export function bubble(message, byId, { onFillIn, onReply }) {
    const item = element("li", "", { className: message.by });
    item.dataset.state = message.state;
    const quoted = byId.get(message.body.quote_msg_id);
    if (quoted) {
        item.append(element("blockquote", summary(quoted).slice(0, 80)));
    }
    if (message.body.text) {
        item.append(element("p", message.body.text));
    }
    item.append(...(message.body.attachments || []).map((part) => attachment(part, onFillIn)));
    for (const button of message.body.buttons || []) {
        item.append(element("div", button.title, { className: "choice" }));
    }
    for (const [name, value] of Object.entries(message.body.values || {})) {
        item.append(element("small", `${name}: ${value}`, { className: "value" }));
    }
    item.append(foot(message, onReply));
    return item;
}
