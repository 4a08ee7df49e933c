import { Component, onWillStart, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { useAutofocus, useService } from "@web/core/utils/hooks";
import { KeepLast } from "@web/core/utils/concurrency";
import { normalizedMatch } from "@web/core/l10n/utils/normalize";
import { useDebounced } from "@web/core/utils/timing";

const ARTICLE = "caredesk.knowledge.article";
const LIMIT = 20;
const TYPING_PAUSE = 200;

/** Odoo's matching knows all Vietnamese letters but this one. */
const plain = (text) => text.replace(/[đĐ]/g, "d");

/**
 * Search the knowledge base, tick answers, choose them: they are handed to `onChoose`, which
 * puts them wherever the user writes. Canned responses are offered beside the articles.
 */
export class QuickReplyDialog extends Component {
    static template = "caredesk_ticket.QuickReplyDialog";
    static components = { Dialog };
    static props = {
        close: Function,
        /** Called with `{answers: [{id, text, html}], cannedResponses, attachment_ids, store_data}`. */
        onChoose: Function,
        /** Ticket the answer is for: what fits it is shown before anything is typed. */
        ticketId: { type: Number, optional: true },
    };

    setup() {
        this.orm = useService("orm");
        this.store = useService("mail.store");
        this.state = useState({ query: "", articles: [], ticked: [], isLoading: true });
        this.keepLast = new KeepLast();
        this.search = useDebounced(() => this.load(), TYPING_PAUSE);
        useAutofocus({ refName: "query" });
        onWillStart(() => {
            this.store.cannedReponses.fetch(); // sic, the name in Odoo
            return this.load();
        });
    }

    get tickedCount() {
        return this.state.ticked.length;
    }

    /** Canned responses with what is typed in them, but those of the articles shown anyway. */
    get cannedResponses() {
        const query = plain(this.state.query).trim();
        const ofArticles = this.state.articles.map((article) => article.canned_response_id);
        const responses = Object.values(this.store["mail.canned.response"].records);
        return responses.filter(
            ({ id, source, substitution }) =>
                query &&
                !ofArticles.includes(id) &&
                normalizedMatch(plain(`${source} ${substitution}`), query).match
        );
    }

    async load() {
        this.state.isLoading = true;
        const { query } = this.state;
        const articles = await this.keepLast.add(
            this.orm.call(ARTICLE, "search_articles", [query], {
                limit: LIMIT,
                ticket_id: this.props.ticketId || false,
            })
        );
        Object.assign(this.state, { articles, isLoading: false });
    }

    onInput(ev) {
        this.state.query = ev.target.value;
        this.search();
    }

    /** Enter in the search box ticks the best hit, and with something ticked chooses. */
    onKeydown(ev) {
        if (ev.key !== "Enter" || ev.isComposing) {
            return;
        }
        ev.preventDefault();
        if (this.tickedCount) {
            this.choose();
        } else if (this.state.articles.length && !this.state.isLoading) {
            this.toggle("article", this.state.articles[0].id);
        }
    }

    isTicked(kind, id) {
        return this.state.ticked.some((entry) => entry.kind === kind && entry.id === id);
    }

    toggle(kind, id) {
        const { ticked } = this.state;
        const index = ticked.findIndex((entry) => entry.kind === kind && entry.id === id);
        if (index >= 0) {
            ticked.splice(index, 1);
        } else {
            ticked.push({ kind, id });
        }
    }

    async choose() {
        const idsOf = (kind) =>
            this.state.ticked.filter((entry) => entry.kind === kind).map(({ id }) => id);
        const articleIds = idsOf("article");
        const reply = articleIds.length
            ? await this.orm.call(ARTICLE, "action_quick_reply", [articleIds])
            : { answers: [], attachment_ids: [], store_data: {} };
        const cannedResponses = idsOf("canned").map((id) =>
            this.store["mail.canned.response"].get(id)
        );
        this.props.onChoose({ ...reply, cannedResponses });
        this.props.close();
    }
}
