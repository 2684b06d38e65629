import { CrmKanbanDynamicGroupList } from "@crm/views/crm_kanban/crm_kanban_model";
import { browser } from "@web/core/browser/browser";
import { useBus, useService } from "@web/core/utils/hooks";
import { patch } from "@web/core/utils/patch";
import { KanbanQuickCreateController } from "@web/views/kanban/kanban_record_quick_create";
import { isChanged, isDeleted } from "./stage_guard";
import { CREATED_ELSEWHERE, isRequested, isStageRefusal } from "./stage_refusal";
import { movingFrom } from "./stage_seen";

/** Give the focus to a card that was moved, when nothing has it. */
function focusCard(record) {
    const { activeElement, body } = document;
    if (!activeElement || activeElement === body) {
        document.querySelector(`.o_kanban_record[data-id="${record.id}"]`)?.focus();
    }
}

// Patched (see docs/CORE.md), since the pipeline and the forecast share the class: subclasses would be one per view, and
// none for the views of other add-ons.
patch(CrmKanbanDynamicGroupList.prototype, {
    /** Say where the card comes from, show where it is when a colleague was faster, and where it went otherwise. */
    async moveRecord(dataRecordId, dataGroupId, refId, targetGroupId) {
        const recordIn = (groupId) =>
            this.groups
                .find(({ id }) => id === groupId)
                ?.list.records.find(({ id }) => id === dataRecordId);
        const { data, resId } = recordIn(dataGroupId) || {};
        try {
            await movingFrom(resId, data?.stage_id?.id, () => super.moveRecord(...arguments));
        } catch (error) {
            if (isChanged(error) || isDeleted(error) || isRequested(error)) {
                error.isAnswered = true;
                await this.model.load();
            }
            throw error;
        }
        const group = this.groups.find(({ id }) => id === targetGroupId);
        const record = recordIn(targetGroupId);
        if (record && !group.value && record.data[group.groupByField.name]) {
            await this.model.load(); // dropped where a value is not set, and given one in the dialog
        } else if (record) {
            browser.requestAnimationFrame(() => focusCard(record));
        }
    },
});

// Patched (see docs/CORE.md), since the component that uses it names the class itself: there is no registry in between.
patch(KanbanQuickCreateController.prototype, {
    setup() {
        super.setup();
        const action = useService("action");
        this.reload = () => action.doAction("soft_reload");
        this.isElsewhere = false;
        useBus(this.env.bus, CREATED_ELSEWHERE, () => {
            this.isElsewhere = true;
        });
    },

    /** What waits for approval is not in this column: show where it is. */
    async validate(mode) {
        await super.validate(mode);
        if (this.isElsewhere) {
            await this.reload();
        }
    },

    /** The salesperson has just closed a dialog: back to the quick create, not on to another dialog. */
    showFormDialogInError(error) {
        if (!isStageRefusal(error)) {
            return super.showFormDialogInError(error);
        }
    },
});
