import { markup } from "@odoo/owl";
import { rpc } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { Interaction } from "@web/public/interaction";

const PAUSE_MS = 400;
const LEAST_LETTERS = 4;

/** Tell whether the files chosen are more than the server takes. */
export function isTooMuch(files, { mostFiles, mostBytes, mostTotal }) {
    const sizes = [...files].map((file) => file.size);
    const total = sizes.reduce((sum, size) => sum + size, 0);
    return (
        sizes.length > Number(mostFiles) ||
        total > Number(mostTotal) ||
        sizes.some((size) => size > Number(mostBytes))
    );
}

/** The public support form: answers while typing, and files that are too big found before sending. */
export class SupportForm extends Interaction {
    static selector = ".o_caredesk_support_form";
    dynamicContent = {
        "[name=subject]": { "t-on-input": this.debounced(this.onSubject, PAUSE_MS) },
        "[name=files]": { "t-on-change": this.onFiles },
        ".o_caredesk_support_answers": { "t-att-class": () => ({ "d-none": !this.articles.length }) },
        ".o_caredesk_support_files_error": { "t-att-class": () => ({ "d-none": !this.tooMuch }) },
        ".o_caredesk_support_check_error": {
            "t-att-class": () => ({ "d-none": !this.checkFailed }),
        },
        "button[type=submit]": { "t-att-disabled": () => this.tooMuch },
    };

    setup() {
        this.articles = [];
        this.tooMuch = false;
        this.asked = "";
        this.checkFailed = false;
    }

    start() {
        // A captcha puts its script into the form and lets nobody send before it has come. What
        // failed to load does not bubble: it is heard on its way down.
        this.addListener(this.el, "error", this.onLoadError, { capture: true });
    }

    onLoadError(ev) {
        if (ev.target.tagName === "SCRIPT") {
            this.checkFailed = true;
        }
    }

    async onSubject(ev) {
        const text = ev.target.value.trim();
        if (text.length < LEAST_LETTERS || text === this.asked) {
            return;
        }
        this.asked = text;
        const articles = await this.waitFor(rpc("/support/suggest", { text }, { silent: true }));
        if (text !== this.asked) {
            return; // an answer to what was typed before
        }
        // The server keeps answers as sanitised HTML.
        this.articles = articles.map((one) => ({ ...one, answer: markup(one.answer || "") }));
        const list = this.el.querySelector(".o_caredesk_support_answers_list");
        list.replaceChildren();
        this.renderAt("caredesk_ticket.SupportAnswers", { articles: this.articles }, list);
    }

    onFiles(ev) {
        this.tooMuch = isTooMuch(ev.target.files, ev.target.dataset);
    }
}

registry.category("public.interactions").add("caredesk_ticket.support_form", SupportForm);
