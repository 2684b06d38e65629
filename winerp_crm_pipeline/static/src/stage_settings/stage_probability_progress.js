import { Component, onMounted, onWillUnmount, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

export const POLL_DELAY = 2000;

/** Shows how far the opportunities of a stage are that take its new probability in the background. */
export class StageProbabilityProgress extends Component {
    static template = "winerp_crm_pipeline.StageProbabilityProgress";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        const { waiting_lead_count } = this.props.record.data;
        this.state = useState({ total: waiting_lead_count, waiting: waiting_lead_count });
        onMounted(() => this.wait());
        onWillUnmount(() => browser.clearTimeout(this.timeout));
    }

    get percent() {
        const { total, waiting } = this.state;
        return total ? Math.round((100 * (total - waiting)) / total) : 100;
    }

    wait() {
        this.timeout = browser.setTimeout(() => this.poll(), POLL_DELAY);
    }

    async poll() {
        const [stage] = await this.orm.silent.read(
            "crm.stage",
            [this.props.record.resId],
            ["waiting_lead_count"]
        );
        this.state.waiting = stage.waiting_lead_count;
        this.state.total = Math.max(this.state.total, stage.waiting_lead_count);
        if (stage.waiting_lead_count) {
            this.wait();
        } else if (!(await this.props.record.isDirty())) {
            await this.props.record.load();
        }
    }
}

registry.category("view_widgets").add("stage_probability_progress", {
    component: StageProbabilityProgress,
    fieldDependencies: [{ name: "waiting_lead_count", type: "integer" }],
});
