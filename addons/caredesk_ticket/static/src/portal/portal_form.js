import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";

/** Sends a form of the portal once, however often the button is pressed. */
export class PortalForm extends Interaction {
    static selector = ".o_caredesk_portal_form";
    dynamicContent = {
        // Back from the page that followed, the browser shows this one as it was left.
        _window: { "t-on-pageshow": this.onPageShow },
        _root: { "t-on-submit": this.onSubmit },
        "button[type=submit]": { "t-att-disabled": () => this.sent },
    };

    setup() {
        this.sent = false;
    }

    onPageShow() {
        this.sent = false;
    }

    onSubmit(ev) {
        if (this.sent) {
            ev.preventDefault();
        }
        this.sent = true;
    }
}

registry.category("public.interactions").add("caredesk_ticket.portal_form", PortalForm);
