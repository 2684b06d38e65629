/**
 * When a value counts as filled in: the same on the client, in Python (`crm.lead._is_value_filled`) and in SQL, as the
 * cases in `static/tests/filled_cases.js` say.
 */

// What Python calls white space. JavaScript's own leaves \x1c-\x1f and \x85, and takes \ufeff.
const SPACE =
    "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const NOT_SPACE_RE = new RegExp(`[^${SPACE}]`);

/** A regular expression of `is_html_empty` in Odoo's `tools/mail.py`, with Python's white space. */
const pattern = (parts, ...values) => String.raw(parts, ...values).replaceAll("\\s", `[${SPACE}]`);
const FORMATTING_RE = new RegExp(
    pattern`<\s*\/?(?:p|div|section|span|br|b|i|font)\b(?:\s+[A-Za-z_-][A-Za-z0-9_-]*(?:\s*=\s*['"][^"']*['"]))*(?:\s*>|\s*\/\s*>)`,
    "g"
);
const ICON_RE = new RegExp(
    pattern`<\s*(?:i|span)\b(?:\s+[A-Za-z_-][A-Za-z0-9_-]*(?:\s*=\s*['"][^"']*['"])?)*\s*\bclass\s*=\s*["'][^"']*\b(?:fa|fab|fad|far|oi)\b`
);

const isTextFilled = (value) => NOT_SPACE_RE.test(value || "");

function isHtmlFilled(value) {
    const source = String(value || "");
    const textarea = document.createElement("textarea"); // decodes entities, and runs nothing
    textarea.innerHTML = source.replace(FORMATTING_RE, "").replaceAll("<", "&lt;");
    return isTextFilled(textarea.value) || ICON_RE.test(source);
}

/** Of a form (`currentIds`), a list of ids, or how many there are. */
function areRecordsFilled(value) {
    const records = value?.currentIds ?? value;
    return Boolean(Array.isArray(records) ? records.length : records);
}

/** As a form has them (with their definitions), or as they are stored. */
function arePropertiesFilled(value) {
    const properties = value || {};
    const values = Array.isArray(properties)
        ? properties.map((property) => property.value)
        : Object.values(properties);
    return values.some((one) => (Array.isArray(one) ? one.length > 0 : Boolean(one)));
}

/** Whether one property is filled, or is none that the record has. */
export function isPropertyFilled(value, name) {
    const property = (value || []).find((one) => one.name === name && !one.definition_deleted);
    return !property || arePropertiesFilled([property]);
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
 * Whether a value counts as filled in.
 *
 * @param {{type: string, name?: string}} field description of the field
 * @param {any} value as in `record.data`, or as stored
 */
export function isFilled({ type, name }, value) {
    if (name === "priority") {
        return Boolean(value) && value !== "0"; // no star
    }
    const isFilledIn = FILLED_BY_TYPE[type] || Boolean;
    return isFilledIn(value);
}
