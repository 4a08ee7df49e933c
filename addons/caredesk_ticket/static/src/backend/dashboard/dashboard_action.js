import { Component, xml } from "@odoo/owl";
import { LazyComponent } from "@web/core/assets";
import { registry } from "@web/core/registry";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

/** Brings the dashboard's code when somebody opens it first, as Odoo does with pivots and graphs. */
export class DashboardAction extends Component {
    static template = xml`
        <LazyComponent
            bundle="'web.assets_backend_lazy'"
            Component="'caredesk_ticket.Dashboard'"
            props="props"
        />`;
    static components = { LazyComponent };
    static props = { ...standardActionServiceProps };
}

registry.category("actions").add("caredesk_ticket.dashboard", DashboardAction);
