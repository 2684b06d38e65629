import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { patch } from "@web/core/utils/patch";
import { GroupConfigMenu } from "@web/views/view_components/group_config_menu";
import { FormViewDialog } from "@web/views/view_dialogs/form_view_dialog";

// Patched (see docs/CORE.md), since an item of the menu names a method and a permission of the component.
patch(GroupConfigMenu.prototype, {
    get permissions() {
        const isStage = this.group.groupByField.relation === "crm.stage";
        return Object.defineProperty(super.permissions, "canEditRequirements", {
            get: () => isStage && this.canEditGroup(),
        });
    },

    editRequirements() {
        const { context, displayName, value } = this.group;
        this.props.dialogClose.push(
            this.dialog.add(FormViewDialog, {
                context: {
                    ...context,
                    form_view_ref: "winerp_crm_pipeline.crm_stage_view_form_requirements",
                },
                resId: value,
                resModel: "crm.stage",
                title: _t("Requirements: %(stage)s", { stage: displayName }),
                size: "xl",
                onRecordSaved: () => this.props.list.load(),
            })
        );
    },
});

registry.category("group_config_items").add(
    "edit_requirements",
    {
        label: _t("Requirements…"),
        method: "editRequirements",
        isVisible: ({ permissions }) => permissions.canEditRequirements,
        class: "o_winerp_edit_requirements",
        icon: "fa-tasks",
    },
    { sequence: 22 }
);
