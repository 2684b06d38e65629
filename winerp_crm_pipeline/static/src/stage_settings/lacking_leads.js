import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { FormViewDialog } from "@web/views/view_dialogs/form_view_dialog";
import { SelectCreateDialog } from "@web/views/view_dialogs/select_create_dialog";

/** How many opportunities lack what a requirement asks for, and which, without leaving the stage. */
export class LackingLeads extends Component {
    static template = "winerp_crm_pipeline.LackingLeads";
    static props = { ...standardFieldProps };

    setup() {
        this.dialog = useService("dialog");
        this.notification = useService("notification");
    }

    get count() {
        return this.props.record.data[this.props.name];
    }

    async onClick() {
        const { record } = this.props;
        if (await record.isDirty()) {
            this.notification.add(_t("Save first, to see which opportunities these are."));
            return;
        }
        this.dialog.add(SelectCreateDialog, {
            title: _t("Lacking: %(name)s", { name: record.data.name }),
            resModel: "crm.lead",
            domain: [
                ["won_status", "=", "pending"],
                ["missing_requirement_ids", "in", [record.resId]],
            ],
            context: {
                list_view_ref: "winerp_crm_pipeline.crm_lead_view_list_missing_information",
                kanban_view_ref: "winerp_crm_pipeline.crm_lead_view_kanban_missing_information",
            },
            multiSelect: false,
            noCreate: true,
            onSelected: ([resId]) => this.openLead(resId),
        });
    }

    openLead(resId) {
        this.dialog.add(FormViewDialog, { resModel: "crm.lead", resId, size: "xl" });
    }
}

registry.category("fields").add("lacking_leads", {
    component: LackingLeads,
    supportedTypes: ["integer"],
    fieldDependencies: [{ name: "name", type: "char" }],
});
