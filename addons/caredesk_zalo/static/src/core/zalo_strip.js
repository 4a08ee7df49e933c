import { Component } from "@odoo/owl";

import { useClock } from "@caredesk_zalo/core/clock_hook";
import { replyWindow } from "@caredesk_zalo/core/reply_window";

const COLORS = {
    free: "text-bg-success",
    paid: "text-bg-warning",
    over: "text-bg-danger",
};

/** What an agent has to know before he answers: how long he may, by which account, who serves. */
export class ZaloStrip extends Component {
    static template = "caredesk_zalo.Strip";
    static props = ["thread"];

    setup() {
        this.clock = useClock();
    }

    get reply() {
        const found = replyWindow(this.props.thread.zaloUntil, this.clock.now);
        return { ...found, color: COLORS[found.state] };
    }
}
