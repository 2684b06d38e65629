import { Component, onMounted, onWillUnmount, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/**
 * Drives a long run of the order wizard: asks the server for one chunk after the other and shows how far it is. Each
 * chunk is a request of its own, committed when it is answered, so that closing the tab or a killed worker loses nothing
 * that is done; opening the page again goes on with what is left.
 */
export class ConvertProgress extends Component {
    static template = "winerp_sale_bridge.ConvertProgress";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        const { line_count, done_count, failed_count, skip_count, todo_count } =
            this.props.record.data;
        this.state = useState({
            total: line_count,
            done: done_count,
            failed: failed_count,
            skipped: skip_count,
            remaining: todo_count,
            interrupted: false,
        });
        onMounted(() => this.run());
        onWillUnmount(() => {
            this.stopped = true;
        });
    }

    get percent() {
        const { total, remaining } = this.state;
        return total ? Math.round((100 * (total - remaining)) / total) : 100;
    }

    async run() {
        this.stopped = false;
        this.state.interrupted = false;
        while (!this.stopped && !this.state.interrupted && this.state.remaining) {
            await this.convertChunk();
        }
        if (!this.stopped && !this.state.interrupted) {
            await this.props.record.load();
        }
    }

    async convertChunk() {
        const before = this.state.remaining;
        try {
            const progress = await this.orm.silent.call("crm.lead.convert.order", "convert_chunk", [
                this.props.record.resId,
            ]);
            Object.assign(this.state, progress);
        } catch (error) {
            this.state.interrupted = true;
            throw error;
        }
        // Somebody else is at work on all that is left: let the user decide when to go on.
        this.state.interrupted = this.state.remaining > 0 && this.state.remaining === before;
    }

    async pause() {
        this.stopped = true;
        await this.orm.call("crm.lead.convert.order", "action_pause", [this.props.record.resId]);
        await this.props.record.load();
    }
}

registry.category("view_widgets").add("winerp_convert_progress", {
    component: ConvertProgress,
    fieldDependencies: [
        { name: "line_count", type: "integer" },
        { name: "done_count", type: "integer" },
        { name: "failed_count", type: "integer" },
        { name: "skip_count", type: "integer" },
        { name: "todo_count", type: "integer" },
    ],
});
