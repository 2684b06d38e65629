import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { FormViewDialog } from "@web/views/view_dialogs/form_view_dialog";
import { SelectCreateDialog } from "@web/views/view_dialogs/select_create_dialog";
import { readPreview } from "./requirement_preview";

/** How many opportunities lack what a requirement asks for, and which, without leaving the stage. */
export class LackingLeads extends Component {
    static template = "winerp_crm_pipeline.LackingLeads";
    static props = { ...standardFieldProps };

    setup() {
        this.dialog = useService("dialog");
        this.orm = useService("orm");
    }

    get count() {
        return this.props.record.data[this.props.name];
    }

    async onClick() {
        const { record } = this.props;
        const { name, proposed_name: proposed } = record.data;
        this.dialog.add(SelectCreateDialog, {
            title: _t("Lacking: %(name)s", { name: name || proposed }),
            resModel: "crm.lead",
            domain: await this.getDomain(),
            context: {
                list_view_ref: "winerp_crm_pipeline.crm_lead_view_list_missing_information",
                kanban_view_ref: "winerp_crm_pipeline.crm_lead_view_kanban_missing_information",
            },
            multiSelect: false,
            noCreate: true,
            onSelected: ([resId]) => this.openLead(resId),
        });
    }

    async getDomain() {
        const { record } = this.props;
        if (!record.resId || (await record.isDirty())) {
            return (await readPreview(this.orm, record)).domain;
        }
        return [
            ["won_status", "=", "pending"],
            ["missing_requirement_ids", "in", [record.resId]],
        ];
    }

    openLead(resId) {
        this.dialog.add(FormViewDialog, { resModel: "crm.lead", resId, size: "xl" });
    }
}

registry.category("fields").add("lacking_leads", {
    component: LackingLeads,
    supportedTypes: ["integer"],
    fieldDependencies: [
        { name: "name", type: "char" },
        { name: "proposed_name", type: "char" },
    ],
});
