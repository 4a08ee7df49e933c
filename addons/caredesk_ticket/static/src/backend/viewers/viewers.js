import { Component, onMounted, onWillUnmount, useEffect, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { imageUrl } from "@web/core/utils/urls";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const HEARTBEAT = 15000;
/** Who has not typed for so long is only viewing. */
const TYPING_ENDS = 8000;

/** Small pictures of the colleagues who have the ticket of a row or card open. */
export class TicketViewersWidget extends Component {
    static template = "caredesk_ticket.Viewers";
    static props = { ...standardWidgetProps };

    setup() {
        this.service = useService("caredesk_ticket.viewers");
        this.byTicket = useState(this.service.byTicket);
        useEffect(
            (ticketId) => {
                if (ticketId) {
                    this.enter(ticketId);
                    return () => this.leave(ticketId);
                }
            },
            () => [this.props.record.resId]
        );
    }

    enter(ticketId) {
        this.service.watch(ticketId);
    }

    leave(ticketId) {
        this.service.unwatch(ticketId);
    }

    get others() {
        const viewers = this.byTicket[this.props.record.resId] || [];
        return viewers.filter((viewer) => viewer.id !== user.userId);
    }

    label(viewer) {
        return viewer.typing
            ? _t("%(name)s is typing…", { name: viewer.name })
            : _t("%(name)s is viewing", { name: viewer.name });
    }

    picture(viewer) {
        return imageUrl("res.users", viewer.id, "avatar_128");
    }
}

/** The title of a ticket in a list, behind the pictures of those who have it open. */
export class TicketTitleField extends Component {
    static template = "caredesk_ticket.TitleField";
    static components = { TicketViewersWidget };
    static props = { ...standardFieldProps };
}

/** The same on a form, in words, which also tells the others that the user is here and types. */
export class TicketFormViewersWidget extends TicketViewersWidget {
    static template = "caredesk_ticket.FormViewers";

    setup() {
        this.root = useRef("root");
        this.typing = false;
        this.onInput = this.onInput.bind(this);
        this.onVisibility = this.onVisibility.bind(this);
        super.setup();
        onMounted(() => {
            this.form = this.root.el.closest(".o_form_view") || this.root.el;
            this.form.addEventListener("input", this.onInput);
            document.addEventListener("visibilitychange", this.onVisibility);
        });
        onWillUnmount(() => {
            this.form.removeEventListener("input", this.onInput);
            document.removeEventListener("visibilitychange", this.onVisibility);
        });
    }

    enter(ticketId) {
        super.enter(ticketId);
        this.announce();
        this.heartbeat = setInterval(() => this.announce(), HEARTBEAT);
    }

    leave(ticketId) {
        clearInterval(this.heartbeat);
        clearTimeout(this.typingEnds);
        this.typing = false;
        this.service.announce(ticketId, { leaving: true });
        super.leave(ticketId);
    }

    announce() {
        const ticketId = this.props.record.resId;
        if (ticketId && !document.hidden) {
            this.service.announce(ticketId, { typing: this.typing });
        }
    }

    /** Whoever looks at another tab has not got the ticket in front of him. */
    onVisibility() {
        const ticketId = this.props.record.resId;
        if (ticketId && document.hidden) {
            this.service.announce(ticketId, { leaving: true });
        }
        this.announce();
    }

    /** Fields and the composer of the chatter alike; not the search in the control panel. */
    onInput(ev) {
        if (ev.target.closest(".o_control_panel")) {
            return;
        }
        clearTimeout(this.typingEnds);
        this.typingEnds = setTimeout(() => this.setTyping(false), TYPING_ENDS);
        this.setTyping(true);
    }

    setTyping(typing) {
        if (typing !== this.typing) {
            this.typing = typing;
            this.announce();
        }
    }
}

registry.category("fields").add("caredesk_title", {
    component: TicketTitleField,
    displayName: _t("Title with viewers"),
    supportedTypes: ["char"],
});
registry.category("view_widgets").add("caredesk_viewers", { component: TicketViewersWidget });
registry
    .category("view_widgets")
    .add("caredesk_form_viewers", { component: TicketFormViewersWidget });
