import "@crm/views/crm_kanban/crm_kanban_view";
import "@crm/views/forecast_kanban/forecast_kanban_view";
import { onWillUnmount, useEffect } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";

export const WAIT = 1000; // several moves in a row are one; boards need not all ask at the same moment

// What a new loading of the board would disturb: a card in the hand, a new one being typed, a dialog, a selection.
const BUSY =
    ".o_kanban_renderer .o_dragged, .o_kanban_quick_create, .o_dialog, .o_kanban_record.o_record_selected";

/** Move the cards of a board that colleagues move, as soon as that disturbs nobody. */
function useMovedCards(model) {
    const bus = useService("bus_service");
    let timeout = null;

    function isElsewhere([id, stageId]) {
        const records = model.root.records || [];
        const record = records.find(({ resId }) => resId === Number(id));
        return record && (record.data.stage_id?.id || false) !== stageId;
    }

    async function load() {
        timeout = null;
        if (document.querySelector(BUSY)) {
            return wait();
        }
        const card = document.activeElement?.closest(".o_kanban_record")?.dataset.id;
        const focused = model.root.records.find(({ id }) => id === card);
        await model.load();
        const again = model.root.records.find(({ resId }) => resId === focused?.resId);
        if (again) {
            browser.requestAnimationFrame(() =>
                document.querySelector(`.o_kanban_record[data-id="${again.id}"]`)?.focus()
            );
        }
    }

    function wait() {
        timeout ??= browser.setTimeout(load, WAIT * (1 + Math.random()));
    }

    function onMoved({ stages }) {
        if (Object.entries(stages).some(isElsewhere)) {
            wait();
        }
    }

    useEffect(
        () => {
            bus.subscribe("winerp_crm_pipeline.moved", onMoved);
            return () => bus.unsubscribe("winerp_crm_pipeline.moved", onMoved);
        },
        () => []
    );
    onWillUnmount(() => browser.clearTimeout(timeout));
}

const views = registry.category("views");
for (const name of ["crm_kanban", "forecast_kanban"]) {
    const view = views.get(name);
    const Controller = class extends view.Controller {
        setup() {
            super.setup();
            useMovedCards(this.model);
        }
    };
    views.add(name, { ...view, Controller }, { force: true });
}
