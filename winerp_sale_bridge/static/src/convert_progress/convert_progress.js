import { Component, onMounted, onWillUnmount, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

let startedId = null; // of the run that the user has just started; one that is only opened does not begin by itself

registry.category("actions").add("winerp_sale_bridge.start_run", (env, { params }) => {
    startedId = params.wizard_id;
    return { type: "ir.actions.act_window_close" }; // the form is loaded anew, with the progress bar
});

/**
 * Drives a long run of the order wizard: asks the server for one chunk after the other and shows how far it is. Each
 * chunk is a request of its own, committed when it is answered, so that closing the tab or a killed worker loses nothing
 * that is done; what is left is offered again and goes on when the user says so.
 */
export class ConvertProgress extends Component {
    static template = "winerp_sale_bridge.ConvertProgress";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        const { done_count, failed_count, skip_count, todo_count } = this.props.record.data;
        this.state = useState({
            done: done_count,
            failed: failed_count,
            skipped: skip_count,
            remaining: todo_count,
            isRunning: false,
            isPausing: false,
            isInterrupted: false,
        });
        onMounted(() => {
            if (startedId === this.props.record.resId) {
                startedId = null;
                this.run();
            }
        });
        onWillUnmount(() => {
            this.isGone = true;
            this.state.isPausing = true;
        });
    }

    /** Of what is to be ordered: what is skipped was never to be. */
    get percent() {
        const { done, failed, remaining } = this.state;
        const total = done + failed + remaining;
        return total ? Math.round((100 * (total - remaining)) / total) : 100;
    }

    get continueLabel() {
        return _t("Continue (%(count)s)", { count: this.state.remaining });
    }

    async run() {
        Object.assign(this.state, { isRunning: true, isPausing: false, isInterrupted: false });
        try {
            while (!this.state.isPausing && !this.state.isInterrupted && this.state.remaining) {
                await this.convertChunk();
            }
        } finally {
            this.state.isRunning = false;
        }
        if (!this.isGone && !this.state.isPausing && !this.state.isInterrupted) {
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
            this.state.isInterrupted = true;
            throw error;
        }
        this.env.bus.trigger("WINERP-UNFINISHED-ORDERS", this.state.remaining);
        // Somebody else is at work on all that is left: let the user decide when to go on.
        this.state.isInterrupted = this.state.remaining > 0 && this.state.remaining === before;
    }

    /** Stop after the chunk that is being made. */
    pause() {
        this.state.isPausing = true;
    }

    async showLines() {
        await this.orm.call("crm.lead.convert.order", "action_pause", [this.props.record.resId]);
        await this.props.record.load();
    }
}

registry.category("view_widgets").add("winerp_convert_progress", {
    component: ConvertProgress,
    fieldDependencies: [
        { name: "done_count", type: "integer" },
        { name: "failed_count", type: "integer" },
        { name: "skip_count", type: "integer" },
        { name: "todo_count", type: "integer" },
    ],
});
