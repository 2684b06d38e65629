import { RPCError } from "@web/core/network/rpc";

/** Event of the bus: an opportunity was created, and waits for approval in another stage than it was meant for. */
export const CREATED_ELSEWHERE = "WINERP-CREATED-ELSEWHERE";

const REFUSAL = "odoo.addons.winerp_crm_pipeline.exceptions.StageRequirementError";

/** Whether an error says that opportunities lack what a stage requires. */
export function isStageRefusal(error) {
    return error instanceof RPCError && error.exceptionName === REFUSAL;
}

/** Whether approval was asked for instead: what shows the opportunity is out of date. */
export function isRequested(error) {
    return isStageRefusal(error) && Boolean(error.data.context.isRequested);
}

/**
 * Values of one write, completed with others. Commands of the same x2many add up.
 *
 * @param {Object} vals in the format of `write`
 * @param {Object} values the same; `undefined` where nothing is to be written, whatever `vals` say: JSON leaves it out
 */
export function mergeValues(vals, values) {
    const merged = { ...vals, ...values };
    for (const name in values) {
        if (Array.isArray(vals[name]) && Array.isArray(values[name])) {
            merged[name] = [...vals[name], ...values[name]];
        }
    }
    return merged;
}
