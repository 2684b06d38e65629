import { CrmKanbanDynamicGroupList } from "@crm/views/crm_kanban/crm_kanban_model";
import { patch } from "@web/core/utils/patch";
import { StatusBarField } from "@web/views/fields/statusbar/statusbar_field";
import { KanbanQuickCreateController } from "@web/views/kanban/kanban_record_quick_create";
import { isStageRefusal } from "./stage_refusal";

patch(StatusBarField.prototype, {
    /** A bar that shows the new stage although the move was refused would be a lie. */
    async selectItem() {
        const { name, record } = this.props;
        if (record.resModel !== "crm.lead" || name !== "stage_id") {
            return super.selectItem(...arguments);
        }
        record._addSavePoint();
        try {
            return await super.selectItem(...arguments);
        } catch (error) {
            if (isStageRefusal(error)) {
                await record.discard(); // to the save point: what else was typed stays
            }
            throw error;
        } finally {
            forgetSavePoint(record);
        }
    },
});

function forgetSavePoint(record) {
    record._savePoint = undefined;
    for (const change of Object.values(record._changes)) {
        if (change?._savePoint) {
            change._savePoint = undefined;
        }
    }
}

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

patch(KanbanQuickCreateController.prototype, {
    /** The salesperson has just closed a dialog: back to the quick create, not on to another dialog. */
    showFormDialogInError(error) {
        if (!isStageRefusal(error)) {
            return super.showFormDialogInError(error);
        }
    },
});
