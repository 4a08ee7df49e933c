/** What stands beside the phone: deliveries, switches and faults. */

import { element } from "./bubbles.js";
import { word } from "./words.js";

const byId = (id) => document.getElementById(id);

/** Show what the webhook answered, the newest first. */
export function showDeliveries(deliveries) {
    byId("deliveries").replaceChildren(
        ...deliveries.reverse().map(({ event, attempt, status, seconds }) => {
            const row = element("tr");
            const name = JSON.parse(event).event_name || "{}";
            const isGood = status === 200;
            row.append(
                element("td", name, { title: event }),
                element("td", status || "–", { className: isGood ? "good" : "bad" }),
                element("td", `${seconds} s`),
                element("td", attempt ? word("again", attempt + 1) : "")
            );
            return row;
        })
    );
}

/** Build the form of switches once; each change is sent at once. */
export function showSwitches(switches, call) {
    const form = byId("switches");
    if (form.childElementCount) {
        return;
    }
    for (const [name, value] of Object.entries(switches)) {
        const isFlag = typeof value === "boolean";
        const isNumber = typeof value === "number";
        const input = element("input", "", { name, id: `switch-${name}` });
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

/** Let faults be added and taken away. */
export function setUpFaults(call) {
    byId("faults").onsubmit = (event) => {
        event.preventDefault();
        const values = Object.fromEntries(new FormData(event.target));
        call("faults", { ...values, times: Number(values.times) });
    };
    byId("clear-faults").onclick = () => call("faults", { clear: true });
}
