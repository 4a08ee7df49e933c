/** The customer's phone: who he is, what was said, and what he does. */

import { bubble, element, summary } from "./bubbles.js";
import { drawIcons } from "./icons.js";
import { setUpFaults, showDeliveries, showSwitches } from "./tools.js";
import { otherLanguage, switchLanguage, translate, word } from "./words.js";

const REFRESH_MS = 1000;
const EIGHT_DAYS = 8 * 24 * 3600;
const byId = (id) => document.getElementById(id);
const query = new URLSearchParams(location.search);
let chosen = query.get("user_id");
let shown = "";
let quoted = null;
byId("reads").checked = query.get("reads") !== "0";

/** Call the sandbox; a POST when there are values. */
async function call(path, values) {
    const options = values && { method: "POST", body: JSON.stringify(values) };
    const response = await fetch(`/sandbox/${path}`, options);
    const answer = await response.json();
    byId("error").textContent = response.ok ? "" : answer.error;
    return answer;
}

/** Call for the chosen customer and show what became of it. */
async function act(path, values = {}) {
    await call(path, { user_id: chosen, ...values });
    await refresh();
}

function choose(userId) {
    chosen = userId;
    shown = "";
    quote(null);
    document.body.dataset.view = "chat";
    refresh();
}

function showPeople(people) {
    byId("people").replaceChildren(
        ...people.map((person) => {
            const button = element("button", "", { type: "button" });
            button.setAttribute("aria-current", String(person.user_id === chosen));
            button.dataset.userId = person.user_id;
            const last = person.last?.text || person.last?.kind || "…";
            const text = element("span", person.name);
            text.append(element("small", last));
            const picture = { className: "avatar", src: `/avatar/${person.user_id}.png`, alt: "" };
            button.append(element("img", "", picture), text);
            button.onclick = () => choose(person.user_id);
            const item = element("li");
            item.append(button);
            return item;
        })
    );
}

function showMessages(messages) {
    const now = JSON.stringify(messages);
    if (now === shown) {
        return;
    }
    shown = now;
    const known = new Map(messages.map((message) => [message.message_id, message]));
    const actions = { onFillIn: fillIn, onReply: quote };
    const list = byId("messages");
    list.replaceChildren(...messages.map((message) => bubble(message, known, actions)));
    if (!messages.length) {
        list.append(element("li", word("quiet"), { className: "quiet" }));
    }
    list.scrollTop = list.scrollHeight;
}

/** Mark the message that the next one answers. */
function quote(message) {
    quoted = message;
    byId("quoted").hidden = !message;
    byId("quoted").firstElementChild.textContent = message ? `↩ ${summary(message)}` : "";
    if (message) {
        byId("compose").elements.text.focus();
    }
}

function showPerson(state) {
    const [account] = state.accounts;
    const person = state.people.find(({ user_id }) => user_id === chosen);
    byId("account").textContent = account.name;
    byId("account-avatar").textContent = account.name.at(0);
    byId("as").textContent = person ? word("as", person.name) : "";
    byId("follows").checked = Boolean(person?.follows);
    byId("blocked").checked = Boolean(person?.blocked);
    const [app] = state.apps;
    byId("webhook").textContent = app.subscribed ? app.webhook_url : `⛔ ${word("cut_off")}`;
    return person;
}

async function refresh() {
    const state = await call("state");
    chosen ||= state.people[0]?.user_id;
    showPeople(state.people);
    showSwitches(state.switches, call);
    if (showPerson(state)) {
        const { messages } = await call(`conversation?user_id=${chosen}`);
        showMessages(messages);
        const isNew = ({ by, state: mark }) => by !== "user" && mark !== "seen";
        if (byId("reads").checked && document.hasFocus() && messages.some(isNew)) {
            await call("seen", { user_id: chosen });
        }
    }
    showDeliveries((await call("deliveries")).deliveries);
}

async function say(values) {
    byId("more").open = false;
    const answered = quoted ? { quote_id: quoted.message_id } : {};
    quote(null);
    await act("say", { ...answered, ...values });
}

/** Return how Zalo would call a file. */
function kindOf(file) {
    if (file.type === "image/gif") {
        return "gif";
    }
    const [family] = file.type.split("/");
    return ["image", "audio", "video"].includes(family) ? family : "file";
}

async function sendFile({ target }) {
    const [file] = target.files;
    const address = await new Promise((done) => {
        const reader = new FileReader();
        reader.onload = () => done(reader.result);
        reader.readAsDataURL(file);
    });
    const [, content] = address.split(",");
    await say({ kind: kindOf(file), name: file.name, mimetype: file.type, content });
    target.value = "";
}

function fillIn() {
    const dialog = byId("info");
    dialog.onclose = async () => {
        if (dialog.returnValue === "send") {
            const { shape, ...shared } = Object.fromEntries(
                new FormData(dialog.querySelector("form"))
            );
            await act("submit", { shared, shape });
        }
        dialog.returnValue = "";
    };
    dialog.showModal();
}

function setUpPhone() {
    byId("compose").onsubmit = async (event) => {
        event.preventDefault();
        const input = event.target.elements.text;
        const text = input.value;
        input.value = "";
        if (text.trim()) {
            await say({ text });
        }
    };
    byId("image").onchange = sendFile;
    byId("file").onchange = sendFile;
    byId("sticker").onclick = () => say({ kind: "sticker" });
    byId("location").onclick = () =>
        say({
            kind: "location",
            payload: { coordinates: { latitude: "10.7769", longitude: "106.7009" } },
        });
    byId("card").onclick = () => {
        const description = JSON.stringify({ phone: "0912345678", qrCodeUrl: "" });
        return say({ kind: "business_card", payload: { url: "", thumbnail: "", description } });
    };
    byId("link").onclick = () =>
        say({
            kind: "link",
            payload: { url: "https://example.com/", thumbnail: "", description: "example.com" },
        });
    byId("quoted").lastElementChild.onclick = () => quote(null);
    byId("follows").onchange = ({ target }) => act("follow", { follows: target.checked });
}

function setUpTools() {
    byId("new-person").onsubmit = async (event) => {
        event.preventDefault();
        const name = event.target.elements.name.value;
        event.target.reset();
        choose((await call("people", { name })).user_id);
    };
    byId("manager").onsubmit = async (event) => {
        event.preventDefault();
        const text = event.target.elements.text.value;
        event.target.reset();
        await act("manager", { text });
    };
    byId("blocked").onchange = ({ target }) => act("block", { blocked: target.checked });
    byId("seen").onclick = () => act("seen");
    byId("silent").onclick = () => act("silence", { seconds: EIGHT_DAYS });
    byId("share").onclick = fillIn;
    setUpFaults(call);
    for (const button of document.querySelectorAll("[data-show]")) {
        button.onclick = () => (document.body.dataset.view = button.dataset.show);
    }
}

function showLanguage() {
    translate();
    byId("language").textContent = otherLanguage();
    shown = "";
}

byId("language").onclick = () => {
    switchLanguage();
    showLanguage();
    refresh();
};
drawIcons();
setUpPhone();
setUpTools();
showLanguage();
refresh();
setInterval(() => document.hidden || refresh(), REFRESH_MS);
