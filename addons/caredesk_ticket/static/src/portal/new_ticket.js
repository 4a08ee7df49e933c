import { Interaction } from "@web/public/interaction";
import { markup } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { rpc } from "@web/core/network/rpc";

/** Rest after the last key before the server is asked. */
const PAUSE_MS = 500;

/**
 * The form for a new request: the fields of the chosen type, and what may spare the customer the
 * request, looked up while he types.
 */
export class NewTicket extends Interaction {
    static selector = ".o_caredesk_new_ticket";
    dynamicContent = {
        "select[name=type_id]": { "t-on-change": this.showType },
        "input[name=title], textarea[name=text]": {
            "t-on-input": this.debounced(this.suggest, PAUSE_MS),
        },
    };

    setup() {
        this.asked = "";
    }

    start() {
        this.showType();
    }

    showType() {
        const select = this.el.querySelector("select[name=type_id]");
        if (!select) {
            return;
        }
        for (const fields of this.el.querySelectorAll(".o_caredesk_type_fields")) {
            const chosen = fields.dataset.typeId === select.value;
            fields.classList.toggle("d-none", !chosen);
            fields.disabled = !chosen;
        }
        this.el.querySelector(".o_caredesk_type_description").textContent =
            select.selectedOptions[0]?.dataset.description || "";
    }

    async suggest() {
        const title = this.el.querySelector("input[name=title]").value.trim();
        const text = this.el.querySelector("textarea[name=text]").value.trim();
        const asked = `${title} ${text}`;
        if (asked === this.asked) {
            return;
        }
        this.asked = asked;
        let found;
        try {
            found = await this.waitFor(
                rpc("/my/tickets/suggest", { title, text }, { silent: true })
            );
        } catch {
            return; // suggestions are a help; without them the form works all the same
        }
        if (asked === this.asked) {
            this.show(found);
        }
    }

    show({ articles, tickets }) {
        const place = this.el.querySelector(".o_caredesk_suggestions");
        place.replaceChildren();
        if (articles.length || tickets.length) {
            // The server sends what its editor has sanitised.
            const answered = articles.map((article) => ({
                ...article,
                answer: markup(article.answer || ""),
            }));
            this.renderAt("caredesk_ticket.Suggestions", { articles: answered, tickets }, place);
        }
    }
}

registry.category("public.interactions").add("caredesk_ticket.new_ticket", NewTicket);
