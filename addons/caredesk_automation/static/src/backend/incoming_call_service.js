import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

/** Shows who calls, as soon as the telephone system tells it; one click opens the form. */
export const incomingCallService = {
    dependencies: ["action", "bus_service", "notification", "orm"],

    start(env, { action, bus_service: bus, notification, orm }) {
        bus.subscribe("caredesk_automation.incoming_call", (call) => {
            const close = notification.add(
                call.partner_name
                    ? _t("%(customer)s, %(number)s", {
                          customer: call.partner_name,
                          number: call.number,
                      })
                    : _t("Unknown number %(number)s", { number: call.number }),
                {
                    title: _t("Incoming Call"),
                    type: "info",
                    sticky: true,
                    buttons: [
                        {
                            name: _t("Answer"),
                            primary: true,
                            onClick: async () => {
                                close();
                                action.doAction(
                                    await orm.call("caredesk.care.call", "action_answer", [
                                        call.call_id,
                                    ])
                                );
                            },
                        },
                    ],
                }
            );
        });
        bus.start();
    },
};

registry.category("services").add("caredesk_automation.incoming_call", incomingCallService);
