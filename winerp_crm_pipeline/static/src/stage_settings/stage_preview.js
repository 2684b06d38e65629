import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { StageDialog } from "../stage_dialog/stage_dialog";

/** Shows an administrator what the stage will ask of a salesperson. */
export class StagePreview extends Component {
    static template = "winerp_crm_pipeline.StagePreview";
    static props = { ...standardWidgetProps };

    setup() {
        this.dialog = useService("dialog");
        this.orm = useService("orm");
    }

    get isShown() {
        return this.props.record.data.requirement_ids.count > 0;
    }

    async onClick() {
        const { record } = this.props;
        if (await record.save()) {
            const refusal = await this.orm.call("crm.stage", "get_requirement_preview", [
                [record.resId],
            ]);
            const { vals } = refusal;
            this.dialog.add(StageDialog, { refusal, vals, ids: [], isPreview: true });
        }
    }
}

registry.category("view_widgets").add("stage_preview", { component: StagePreview });
