import { CrmKanbanDynamicGroupList } from "@crm/views/crm_kanban/crm_kanban_model";
import { patch } from "@web/core/utils/patch";
import { KanbanQuickCreateController } from "@web/views/kanban/kanban_record_quick_create";
import { isStageRefusal } from "./stage_refusal";

// Patched (see docs/CORE.md), since the pipeline and the forecast share the class: subclasses would be one per view, and
// none for the views of other add-ons.
patch(CrmKanbanDynamicGroupList.prototype, {
    /** Put a card where it belongs that was dropped where a value is not set, and was given one in the dialog. */
    async moveRecord(dataRecordId, dataGroupId, refId, targetGroupId) {
        await super.moveRecord(...arguments);
        const group = this.groups.find(({ id }) => id === targetGroupId);
        const record = group?.list.records.find(({ id }) => id === dataRecordId);
        if (record && !group.value && record.data[group.groupByField.name]) {
            await this.model.load();
        }
    },
});

// Patched (see docs/CORE.md), since the component that uses it names the class itself: there is no registry in between.
patch(KanbanQuickCreateController.prototype, {
    /** The salesperson has just closed a dialog: back to the quick create, not on to another dialog. */
    showFormDialogInError(error) {
        if (!isStageRefusal(error)) {
            return super.showFormDialogInError(error);
        }
    },
});
