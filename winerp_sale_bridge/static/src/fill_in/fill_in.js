import { registry } from "@web/core/registry";

/** Ask for what the won stage requires and the opportunity lacks, then look again at what can be ordered. */
async function completeOpportunity(env, { params }) {
    const { orm, winerp_stage_dialog: stageDialog } = env.services;
    const { lead_id: leadId, stage_id: stageId, wizard_id: wizardId } = params;
    const refusal = await orm.call("crm.lead", "get_stage_dialog", [[leadId], stageId]);
    if (refusal.leads.length) {
        try {
            await stageDialog.open(refusal, {
                ids: [leadId],
                save: (values) => orm.write("crm.lead", [leadId], values),
            });
        } catch (error) {
            if (!error.isAnswered) {
                throw error;
            }
            return; // the salesperson gave up
        }
    }
    const action = await orm.call("crm.lead.convert.order", "action_retry", [[wizardId]]);
    return action === true ? { type: "ir.actions.client", tag: "soft_reload" } : action;
}

registry.category("actions").add("winerp_sale_bridge.complete", completeOpportunity);
