import { Component, onMounted, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatFloat } from "@web/core/utils/numbers";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const LEADS = "winerp_crm_pipeline.crm_lead_action_worth";
const MOVES = "winerp_crm_pipeline.crm_lead_history_action_pipeline";

/** What a requirement is worth, or on a stage each of its requirements: that is read when it is asked for. */
export class RequirementWorth extends Component {
    static template = "winerp_crm_pipeline.RequirementWorth";
    static props = { ...standardWidgetProps };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.state = useState({ worth: null });
        this.isStage = this.props.record.resModel === "crm.stage";
        onMounted(() => this.isStage || this.load());
    }

    async load() {
        const { resId, resModel } = this.props.record;
        if (resId) {
            this.state.worth = await this.orm.call(resModel, "get_worth", [[resId]]);
        }
    }

    get minimum() {
        const { minimum } = this.state.worth;
        return _t("Percentages from %(minimum)s opportunities on.", { minimum });
    }

    getGroups({ met, lacking }) {
        return [
            { name: "met", label: _t("Met it"), ...met },
            { name: "lacking", label: _t("Lacked it, or let through by override"), ...lacking },
        ];
    }

    number(value) {
        return formatFloat(value, { digits: [0, 0] });
    }

    openLeads(label, domain) {
        return this.open(LEADS, label, domain);
    }

    openMoves(label, domain) {
        return this.open(MOVES, label, domain);
    }

    async open(xmlid, name, domain) {
        const action = await this.action.loadAction(xmlid);
        return this.action.doAction({ ...action, name, display_name: name, domain });
    }
}

registry.category("view_widgets").add("requirement_worth", { component: RequirementWorth });
