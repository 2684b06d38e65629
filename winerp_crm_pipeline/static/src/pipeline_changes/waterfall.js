import { _t } from "@web/core/l10n/translation";

const SIGNS = {
    new: 1,
    reopened: 1,
    joined: 1,
    raised: 1,
    lowered: -1,
    won: -1,
    lost: -1,
    left: -1,
};
/** Of these the opportunities stay in the pipeline; only what they are worth changes. */
const KEPT = ["raised", "lowered"];
/** Parts of a đồng that sums of floats may be off. */
const PRECISION = 0.005;

function getLabels() {
    return {
        opening: _t("Opening"),
        new: _t("New"),
        reopened: _t("Reopened"),
        joined: _t("Joined"),
        raised: _t("Raised"),
        lowered: _t("Lowered"),
        won: _t("Won"),
        lost: _t("Lost"),
        left: _t("Left"),
        closing: _t("Closing"),
    };
}

/** Say what a step is, for those who meet it the first time. */
export function getHelp() {
    return {
        opening: _t("Open at the beginning"),
        new: _t("Began in the period"),
        reopened: _t("Was won or lost, and is open again"),
        joined: _t("Came from outside of what is selected, e.g. from another salesperson"),
        raised: _t("The expected revenue went up"),
        lowered: _t("The expected revenue went down"),
        won: _t("Won in the period, with what it was worth then"),
        lost: _t("Lost in the period"),
        left: _t("Went out of what is selected, e.g. to another salesperson, or was merged"),
        closing: _t("Open at the end"),
    };
}

/**
 * Return the steps from the pipeline at the beginning to the one at the end, each with the place of its bar.
 *
 * @param {Object} changes what `get_pipeline_changes` returns
 * @returns {{ name: string, label: string, sign: number, count: number, revenue: number, domain: Array,
 *  start: number, size: number, level: number }[]} start and size in percent of what is drawn; `level` is where the
 *  next bar begins
 */
export function getSteps(changes) {
    const labels = getLabels();
    const help = getHelp();
    let level = 0;
    const steps = Object.entries(changes).map(([name, change]) => {
        const sign = SIGNS[name] || 0;
        const before = sign ? level : 0;
        level = sign ? level + sign * change.revenue : change.revenue;
        return { ...change, name, label: labels[name], help: help[name], sign, before, level };
    });
    const ends = steps.flatMap((step) => [step.before, step.level]);
    const lowest = Math.min(0, ...ends);
    const height = Math.max(0, ...ends) - lowest || 1;
    const percent = (value) => (100 * value) / height;
    return steps.map(({ before, level: after, ...step }) => ({
        ...step,
        start: percent(Math.min(before, after) - lowest),
        size: percent(Math.abs(after - before)),
        level: percent(after - lowest),
    }));
}

/**
 * Return how the two pipelines follow from each other: what came, what went, and whether that is all.
 *
 * @param {Object} changes what `get_pipeline_changes` returns
 */
export function getSum(changes) {
    const sum = (wanted, names, key) =>
        names.reduce((total, name) => total + (SIGNS[name] === wanted ? changes[name][key] : 0), 0);
    const all = Object.keys(SIGNS);
    const moved = all.filter((name) => !KEPT.includes(name));
    const revenue = { gained: sum(1, all, "revenue"), gone: sum(-1, all, "revenue") };
    const count = { gained: sum(1, moved, "count"), gone: sum(-1, moved, "count") };
    const isRight = (key, { gained, gone }) =>
        Math.abs(changes.opening[key] + gained - gone - changes.closing[key]) < PRECISION;
    return { revenue, count, isRight: isRight("revenue", revenue) && isRight("count", count) };
}
