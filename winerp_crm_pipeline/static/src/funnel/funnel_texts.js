import { _t } from "@web/core/l10n/translation";
import { user } from "@web/core/user";
import { formatFloat } from "@web/core/utils/numbers";
import { formatInteger, formatPercentage } from "@web/views/fields/formatters";
import { formatShortCurrency } from "@winerp_crm_pipeline/short_numbers/short_numbers";

/** What is said of each stage, in the table and the sheet. What counts opens its records. */
export function getMeasures(isCompared) {
    return [
        { name: "reached", label: _t("Reached"), type: "count" },
        ...(isCompared
            ? [{ name: "reached", label: _t("Reached Before"), type: "count", isBefore: true }]
            : []),
        { name: "entered", label: _t("Really Entered"), type: "count" },
        { name: "skipped", label: _t("Skipped"), type: "count" },
        { name: "here", label: _t("Still There"), type: "count" },
        { name: "lost", label: _t("Lost There"), type: "count" },
        { name: "conversion", label: _t("Conversion"), type: "ratio" },
        ...(isCompared
            ? [
                  {
                      name: "conversion",
                      label: _t("Conversion Before"),
                      type: "ratio",
                      isBefore: true,
                  },
              ]
            : []),
        { name: "conversion_total", label: _t("Conversion in Total"), type: "ratio" },
        { name: "median_days", label: _t("Days (Median)"), type: "days" },
        { name: "revenue", label: _t("Expected Revenue"), type: "money" },
    ];
}

export const getFiguresOf = (cell, measure) => (measure.isBefore ? cell.before : cell.now);

/** The records that a count counts. */
export const getDomain = (figures, name) =>
    name === "reached" ? figures.domain : figures.domains[name];

export const formatRatio = (ratio) => formatPercentage(ratio, { digits: [0, 0] });

export const formatNumber = (number) =>
    formatFloat(number, { digits: [0, 1], trailingZeros: false });

export const formatDays = (days) => _t("%s days", formatNumber(days));

export const formatMoney = (amount) => formatShortCurrency(amount, user.activeCompany.currency_id);

/** How many began; the period before is told where there is one. */
export function getTotalText({ total, totalBefore }) {
    const now = formatInteger(total);
    return totalBefore === undefined
        ? _t("%s began", now)
        : _t("%(now)s began (%(before)s before)", { now, before: formatInteger(totalBefore) });
}

/** By how many points the conversion differs from the period before, where both are known. */
export function getChange({ now, before }) {
    const ratios = [now?.conversion ?? null, before?.conversion ?? null];
    return ratios.includes(null) ? null : Math.round(100 * (ratios[0] - ratios[1]));
}

export const formatChange = (points) => (points > 0 ? "+" : "−") + Math.abs(points);

/** What a figure of a stage reads like: a stage that the group does not have, or its first one's ratio, like nothing. */
export function formatMeasure(cell, measure) {
    const figures = getFiguresOf(cell, measure);
    const value = figures?.[measure.name];
    if (!figures || (measure.name === "conversion" && cell.isFirst)) {
        return "–";
    }
    if (value === null) {
        return measure.type === "ratio" ? _t("Too few") : "–";
    }
    const format = { ratio: formatRatio, days: formatNumber, money: formatMoney };
    return (format[measure.type] || formatInteger)(value);
}

/** What the list that a count opens is called. */
export function getListName(name, stage, group) {
    const names = {
        reached: _t("Reached: %s", stage),
        entered: _t("Really entered: %s", stage),
        skipped: _t("Skipped: %s", stage),
        here: _t("Still there: %s", stage),
        lost: _t("Lost there: %s", stage),
    };
    return group ? `${names[name]} (${group})` : names[name];
}
