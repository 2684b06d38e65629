import { Domain } from "@web/core/domain";
import { isFilled, isPropertyFilled } from "./filled";

// What the client compares as the server does; the other types are left to the server.
const COMPARABLE_TYPES = [
    "boolean",
    "char",
    "float",
    "integer",
    "many2one",
    "monetary",
    "selection",
];

/**
 * Whether a record matches a domain right now, with what is being edited.
 *
 * @param {Object} record the datapoint
 * @param {string} text the domain
 * @param {boolean} fallback what the server said, for domains that only it can evaluate
 */
function matches(record, text, fallback) {
    if (!text) {
        return fallback;
    }
    try {
        const domain = new Domain(text);
        const leaves = domain.toList({ uid: -1 }).filter(Array.isArray);
        const isKnown = ([name]) =>
            name in record.activeFields && COMPARABLE_TYPES.includes(record.fields[name].type);
        return leaves.every(isKnown) && !/\buid\b/.test(text)
            ? domain.contains(record.evalContext)
            : fallback;
    } catch {
        return fallback;
    }
}

function isItemFilled(record, { field_name: name, property_name: propertyName }) {
    const value = record.data[name];
    return propertyName
        ? isPropertyFilled(value, propertyName)
        : isFilled(record.fields[name], value);
}

function evaluateItem(record, item) {
    const { field_name: name } = item;
    const isKnown = name && name in record.activeFields;
    return {
        ...item,
        applies: matches(record, item.condition, item.applies),
        isMet: isKnown ? isItemFilled(record, item) : matches(record, item.domain, item.is_met),
    };
}

/**
 * What the stage of an opportunity and the next one require, with the values being edited.
 *
 * @param {Object} record a datapoint with the field `stage_checklist`
 * @returns {{stage: string, nextStage: string, current: Object[], next: Object[]}|null}
 */
export function getChecklist(record) {
    const checklist = record.data.stage_checklist;
    if (!checklist) {
        return null;
    }
    const evaluate = (items) =>
        items.map((item) => evaluateItem(record, item)).filter((item) => item.applies);
    return {
        stage: checklist.stage,
        nextStage: checklist.next_stage,
        nextStageId: checklist.next_stage_id,
        current: evaluate(checklist.current),
        next: evaluate(checklist.next),
    };
}
