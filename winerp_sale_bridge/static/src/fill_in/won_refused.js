import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

/** Say at once that an order is confirmed but its opportunity is not won, and offer to fill in what is missing. */
function tellWonRefused(env, { params }) {
    const { action, notification, orm, winerp_stage_dialog: stageDialog } = env.services;
    const { message, lead_ids: leadIds } = params;

    async function fillIn() {
        const win = (args = [], context = {}) =>
            orm.call("crm.lead", "action_win_ordered", [leadIds, ...args], { context });
        const refusal = await orm.call("crm.lead", "get_won_requirements", [leadIds]);
        if (refusal) {
            try {
                await stageDialog.open(refusal, {
                    ids: leadIds,
                    save: (values, context) => win([values], context),
                    override: (values, reason) => win([values, reason]),
                });
            } catch (error) {
                if (!error.isAnswered) {
                    throw error;
                }
                return; // the salesperson gave up: the activity stays
            }
        } else {
            await win(); // filled in meanwhile
        }
        await action.doAction("soft_reload");
    }

    function showAll() {
        return action.doAction({
            type: "ir.actions.act_window",
            name: _t("Ordered, Not Won"),
            res_model: "crm.lead",
            views: [
                [false, "list"],
                [false, "form"],
            ],
            domain: [["id", "in", leadIds]],
        });
    }

    const isSingle = leadIds.length === 1;
    const close = notification.add(message, {
        title: _t("Ordered, but the opportunity is not won"),
        type: "warning",
        sticky: true,
        buttons: [
            {
                name: isSingle ? _t("Fill In") : _t("Show Them"),
                primary: true,
                onClick: () => {
                    close();
                    return isSingle ? fillIn() : showAll();
                },
            },
        ],
    });
    return { type: "ir.actions.act_window_close" }; // the view that confirmed shows what became of it
}

registry.category("actions").add("winerp_sale_bridge.won_refused", tellWonRefused);

/** An order that is linked to its opportunity when it is confirmed already: see `sale.order._tell_user`. */
const wonRefusedService = {
    dependencies: ["action", "bus_service", "notification", "orm", "winerp_stage_dialog"],
    start(env, { bus_service: bus }) {
        bus.subscribe("winerp_sale_bridge.won_refused", (params) => {
            tellWonRefused(env, { params });
        });
    },
};

registry.category("services").add("winerp_won_refused", wonRefusedService);
