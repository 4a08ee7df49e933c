import { Component } from "@odoo/owl";

import { formatFigure } from "./dashboard_format";

/** One figure; pressing it opens the tickets behind it. */
export class DashboardTile extends Component {
    static template = "caredesk_ticket.DashboardTile";
    static props = {
        name: String,
        label: String,
        figure: Object,
        kind: { type: String, optional: true },
        tone: { type: String, optional: true },
        note: { type: [String, { toString: Function }], optional: true },
        onOpen: Function,
    };
    static defaultProps = { kind: "count", tone: "", note: "" };

    get text() {
        return formatFigure(this.props.kind, this.props.figure.value);
    }

    /** A colour says that something is to be done: nothing to do, no colour. */
    get tone() {
        return this.props.figure.count ? this.props.tone : "";
    }
}
