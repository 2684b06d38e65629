import { registry } from "@web/core/registry";

/** Ask for what an opportunity lacks to be won, save it, and go on with what the server says comes next. */
async function fillIn(env, { params }) {
    const { orm, winerp_stage_dialog: stageDialog } = env.services;
    const { refusal, model, id } = params;
    const save = (args, context) =>
        orm.call(model, "action_fill_in_to_win", [[id], ...args], { context });
    let next;
    try {
        next = await stageDialog.open(refusal, {
            ids: refusal.leads.map((lead) => lead.id),
            save: (values, context) => save([values], context),
            override: (values, reason) => save([values, reason]),
        });
    } catch (error) {
        if (!error.isAnswered) {
            throw error;
        }
        return; // the salesperson gave up
    }
    return next === true ? { type: "ir.actions.client", tag: "soft_reload" } : next;
}

registry.category("actions").add("winerp_sale_bridge.fill_in", fillIn);
