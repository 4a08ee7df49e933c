import { Component, onWillUpdateProps, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { FormViewDialog } from "@web/views/view_dialogs/form_view_dialog";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/**
 * Articles of the knowledge base that fit the ticket, below its content. Loaded once the form
 * stands, so that it waits for nothing; what is read opens in a dialog.
 */
export class SuggestedAnswers extends Component {
    static template = "caredesk_ticket.SuggestedAnswers";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.dialog = useService("dialog");
        this.state = useState({ articles: [] });
        this.load(this.props.record.resId);
        onWillUpdateProps(({ record }) => {
            if (record.resId !== this.ticketId) {
                this.load(record.resId);
            }
        });
    }

    async load(ticketId) {
        this.ticketId = ticketId;
        this.state.articles = [];
        if (!ticketId) {
            return;
        }
        const articles = await this.orm.silent.call("caredesk.ticket", "suggest_articles", [
            [ticketId],
        ]);
        if (ticketId === this.ticketId) {
            this.state.articles = articles;
        }
    }

    open(article) {
        this.dialog.add(FormViewDialog, {
            resModel: "caredesk.knowledge.article",
            resId: article.id,
            readonly: true,
            title: article.question,
        });
    }
}

registry.category("view_widgets").add("caredesk_suggested_answers", {
    component: SuggestedAnswers,
});
