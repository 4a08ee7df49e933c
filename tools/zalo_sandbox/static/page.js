/** The customer's phone: who he is, what was said, and what the webhook answered. */

const byId = (id) => document.getElementById(id);
let chosen = new URLSearchParams(location.search).get("user_id");
let shown = "";

/** Call the sandbox; a POST when there are values. */
async function call(path, values) {
    const options = values && { method: "POST", body: JSON.stringify(values) };
    byId("error").textContent = "";
    const response = await fetch(`/sandbox/${path}`, options);
    const answer = await response.json();
    if (!response.ok) {
        byId("error").textContent = answer.error;
    }
    return answer;
}

/** Make an element; texts go in as texts, never as markup: they come from outside. */
function element(tag, text = "", attributes = {}) {
    const node = document.createElement(tag);
    node.textContent = text;
    Object.assign(node, attributes);
    return node;
}

function showPeople(people) {
    byId("people").replaceChildren(
        ...people.map((person) => {
            const button = element("button", person.name, { type: "button" });
            button.setAttribute("aria-current", String(person.user_id === chosen));
            button.dataset.userId = person.user_id;
            button.append(element("small", person.last?.text || person.last?.kind || "…"));
            button.onclick = () => {
                chosen = person.user_id;
                shown = "";
                refresh();
            };
            const item = element("li");
            item.append(button);
            return item;
        })
    );
}

/** Show one attachment of a message; a request for information opens the form to fill in. */
function attachmentNode({ type, payload }) {
    if (payload.subtitle !== undefined) {
        const button = element("button", `${payload.title} ▸`, { type: "button" });
        button.className = "request-info";
        button.onclick = fillIn;
        return button;
    }
    if (["image", "gif", "sticker"].includes(type)) {
        return element("img", "", { src: payload.url, alt: type });
    }
    if (type === "location") {
        const { latitude, longitude } = payload.coordinates;
        return element("span", `${latitude}, ${longitude}`);
    }
    const link = element("a", payload.name || payload.text || payload.url || type);
    if (payload.url) {
        Object.assign(link, { href: payload.url, target: "_blank", rel: "noopener" });
    }
    return link;
}

function showMessages(messages) {
    const now = JSON.stringify(messages);
    if (now === shown) {
        return;
    }
    shown = now;
    const marks = { sent: "✓", received: "✓✓", seen: "✓✓ Đã xem" };
    byId("messages").replaceChildren(
        ...messages.map((message) => {
            const item = element("li", message.body.text || "", { className: message.by });
            item.append(...(message.body.attachments || []).map(attachmentNode));
            for (const button of message.body.buttons || []) {
                item.append(element("div", `▸ ${button.title}`));
            }
            const time = new Date(message.sent_ms).toLocaleTimeString("vi-VN");
            const mark = message.by === "user" ? "" : ` ${marks[message.state]}`;
            item.append(element("small", time + mark));
            return item;
        })
    );
    byId("messages").scrollTop = byId("messages").scrollHeight;
}

function showDeliveries(deliveries) {
    byId("deliveries").replaceChildren(
        ...deliveries.reverse().map(({ event, attempt, status, seconds }) => {
            const row = element("tr");
            const cell = element("td", status || "–", { className: status === 200 ? "" : "bad" });
            const name = JSON.parse(event).event_name || "{}";
            row.append(element("td", name), cell, element("td", `${seconds} s`));
            row.append(element("td", attempt ? `lần ${attempt + 1}` : ""));
            return row;
        })
    );
}

/** Build the form of switches once; each change is sent at once. */
function showSwitches(switches) {
    const form = byId("switches");
    if (form.childElementCount) {
        return;
    }
    for (const [name, value] of Object.entries(switches)) {
        const input = element("input", "", { name, id: `switch-${name}` });
        const isFlag = typeof value === "boolean";
        const isNumber = typeof value === "number";
        input.type = isFlag ? "checkbox" : isNumber ? "number" : "text";
        input.step = "any";
        input[isFlag ? "checked" : "value"] = value;
        input.onchange = () =>
            call("switches", {
                [name]: isFlag ? input.checked : isNumber ? Number(input.value) : input.value,
            });
        form.append(element("label", name, { htmlFor: input.id }), input);
    }
}

async function refresh() {
    const state = await call("state");
    chosen ||= state.people[0]?.user_id;
    const person = state.people.find(({ user_id }) => user_id === chosen);
    showPeople(state.people);
    showSwitches(state.switches);
    byId("account").textContent = state.accounts[0].name;
    byId("as").textContent = person ? `đang nhắn với tư cách · as ${person.name}` : "";
    byId("follows").checked = Boolean(person?.follows);
    const app = state.apps[0];
    byId("webhook").textContent = app.subscribed ? app.webhook_url || "–" : "⛔ đã bị ngắt";
    if (person) {
        showMessages((await call(`conversation?user_id=${chosen}`)).messages);
    }
    showDeliveries((await call("deliveries")).deliveries);
}

async function say(values) {
    await call("say", { user_id: chosen, ...values });
    await refresh();
}

async function sendFile(kind, input) {
    const [file] = input.files;
    const address = await new Promise((done) => {
        const reader = new FileReader();
        reader.onload = () => done(reader.result);
        reader.readAsDataURL(file);
    });
    const content = address.split(",")[1];
    await say({ kind, name: file.name, mimetype: file.type, content });
    input.value = "";
}

function fillIn() {
    const dialog = byId("info");
    dialog.onclose = async () => {
        if (dialog.returnValue === "send") {
            const shared = Object.fromEntries(new FormData(dialog.querySelector("form")));
            await call("submit", { user_id: chosen, shared });
            await refresh();
        }
    };
    dialog.showModal();
}

byId("compose").onsubmit = async (event) => {
    event.preventDefault();
    const input = event.target.elements.text;
    const text = input.value;
    input.value = "";
    if (text.trim()) {
        await say({ text });
    }
};
byId("image").onchange = (event) => sendFile("image", event.target);
byId("file").onchange = (event) => sendFile("file", event.target);
byId("sticker").onclick = () => say({ kind: "sticker" });
byId("location").onclick = () =>
    say({
        kind: "location",
        payload: { coordinates: { latitude: "10.7769", longitude: "106.7009" } },
    });
byId("seen").onclick = () => call("seen", { user_id: chosen }).then(refresh);
byId("follows").onchange = (event) =>
    call("follow", { user_id: chosen, follows: event.target.checked });
byId("new-person").onsubmit = async (event) => {
    event.preventDefault();
    const name = event.target.elements.name.value;
    chosen = (await call("people", { name })).user_id;
    event.target.reset();
    await refresh();
};
byId("faults").onsubmit = (event) => {
    event.preventDefault();
    const values = Object.fromEntries(new FormData(event.target));
    call("faults", { ...values, times: Number(values.times) });
};
byId("clear-faults").onclick = () => call("faults", { clear: true });

refresh();
setInterval(() => document.hidden || refresh(), 1000);
