import { RPCError } from "@web/core/network/rpc";

const REFUSAL = "odoo.addons.winerp_crm_pipeline.exceptions.StageRequirementError";

/** Whether an error says that opportunities lack what a stage requires. */
export function isStageRefusal(error) {
    return error instanceof RPCError && error.exceptionName === REFUSAL;
}

/**
 * Values of one write, completed with others. Commands of the same x2many add up.
 *
 * @param {Object} vals in the format of `write`
 * @param {Object} values the same
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

const isTextFilled = (value) => Boolean(value && value.trim());
const areRecordsFilled = (value) => Boolean(value && value.currentIds.length);

function isHtmlFilled(value) {
    const content = new DOMParser().parseFromString(value || "", "text/html").body;
    return Boolean(
        content.textContent.trim() || content.querySelector("img,video,iframe,table,hr,a")
    );
}

function arePropertiesFilled(properties) {
    return Boolean(properties && properties.some(({ value }) => value && value.length !== 0));
}

const FILLED_BY_TYPE = {
    char: isTextFilled,
    text: isTextFilled,
    html: isHtmlFilled,
    one2many: areRecordsFilled,
    many2many: areRecordsFilled,
    properties: arePropertiesFilled,
};

/**
 * Whether a value counts as filled in, as the server sees it (`crm.lead._is_value_filled`).
 *
 * @param {Object} field description of the field
 * @param {any} value as in `record.data`
 */
export function isFilled(field, value) {
    if (field.type in FILLED_BY_TYPE) {
        return FILLED_BY_TYPE[field.type](value);
    }
    return Boolean(value) && !(field.name === "priority" && value === "0");
}
