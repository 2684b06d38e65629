import "@crm/views/forecast_list/forecast_list_view";
import { useEffect } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useBus } from "@web/core/utils/hooks";
import { listView } from "@web/views/list/list_view";
import { CHANGED_MEANWHILE } from "./stage_guard";
import { noteStarts } from "./stage_seen";

/** Where opportunities are shown, as far as the list shows it. */
function getStarts(records) {
    return records
        .map(({ resId, data }) => ({ id: resId, stage_id: data.stage_id?.id }))
        .filter((start) => start.id && start.stage_id);
}

/** A list of opportunities: a stage changed in a cell says where it starts from, as a drop does. */
const withStarts = (Controller) =>
    class extends Controller {
        setup() {
            super.setup();
            this.starts = [];
            this.forgetStarts = () => {};
            useEffect(
                (record) => {
                    this.starts = getStarts(record ? [record] : []);
                    return () => this.forgetStarts(); // of a saving that was broken off
                },
                () => [this.model.root.editedRecord]
            );
            useBus(this.env.bus, CHANGED_MEANWHILE, () => this.model.load());
        }

        async onWillSaveRecord(record, changes) {
            const canProceed = await super.onWillSaveRecord(...arguments);
            if (canProceed !== false && "stage_id" in changes) {
                this.noteStartsOf([record]);
            }
            return canProceed;
        }

        async onRecordSaved(record) {
            await super.onRecordSaved(...arguments);
            this.starts = getStarts([record]);
        }

        /** Before the change is shown in all selected rows. */
        onWillSaveMulti(record, changes) {
            this.starts = "stage_id" in changes ? getStarts(this.model.root.selection) : [];
            return super.onWillSaveMulti(...arguments);
        }

        async onAskMultiSaveConfirmation(changes, validRecords) {
            const canProceed = await super.onAskMultiSaveConfirmation(...arguments);
            if (canProceed !== false) {
                this.noteStartsOf(validRecords);
            }
            return canProceed;
        }

        noteStartsOf(records) {
            const ids = new Set(records.map(({ resId }) => resId));
            this.forgetStarts();
            this.forgetStarts = noteStarts(this.starts.filter(({ id }) => ids.has(id)));
        }
    };

const views = registry.category("views");
const forecast = views.get("forecast_list");
views.add(
    "forecast_list",
    { ...forecast, Controller: withStarts(forecast.Controller) },
    { force: true }
);
// Of all other lists of opportunities, see crm.lead._get_view.
views.add("winerp_lead_list", { ...listView, Controller: withStarts(listView.Controller) });
