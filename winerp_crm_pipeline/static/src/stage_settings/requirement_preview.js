import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { StageDialog } from "../stage_dialog/stage_dialog";

/**
 * Return what a requirement would do as its form has it, saved or not; see `crm.stage.requirement.get_preview`.
 *
 * @param {Object} orm the service
 * @param {Object} record of the requirement
 */
export async function readPreview(orm, record) {
    const values = await record.getChanges();
    if (!record.resId) {
        values.stage_id ||= record.context.default_stage_id;
    }
    const ids = record.resId ? [record.resId] : [];
    return orm.call("crm.stage.requirement", "get_preview", [ids], { values });
}

/** Shows an administrator what the requirement will ask of a salesperson. */
export class RequirementPreview extends Component {
    static template = "winerp_crm_pipeline.RequirementPreview";
    static props = { ...standardWidgetProps };

    setup() {
        this.dialog = useService("dialog");
        this.orm = useService("orm");
    }

    async onClick() {
        const { refusal } = await readPreview(this.orm, this.props.record);
        this.dialog.add(StageDialog, { refusal, vals: refusal.vals, ids: [], isPreview: true });
    }
}

registry.category("view_widgets").add("requirement_preview", { component: RequirementPreview });
