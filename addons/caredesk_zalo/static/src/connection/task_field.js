import { useTicker } from "@caredesk_ticket/core/ticker";
import { registry } from "@web/core/registry";
import { SelectionField, selectionField } from "@web/views/fields/selection/selection_field";

/** Seconds between two looks at the record while the worker is busy with it. */
const PAUSE = 2;

/**
 * Shows what a worker is doing with a record, and reads the record again until it is done.
 */
export class ZaloTaskField extends SelectionField {
    setup() {
        super.setup();
        this.ticks = 0;
        useTicker(() => this.look());
    }

    async look() {
        const { name, record } = this.props;
        this.ticks += 1;
        if (record.data[name] && !record.dirty && this.ticks % PAUSE === 0) {
            await record.load();
        }
    }
}

registry.category("fields").add("caredesk_zalo_task", {
    ...selectionField,
    component: ZaloTaskField,
});
