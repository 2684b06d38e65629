import { _t } from "@web/core/l10n/translation";
import { serializeDateTime } from "@web/core/l10n/dates";

const { DateTime } = luxon;

/** The units of a period, in months: `half_year` ends with this month, the others are those of the calendar. */
const MONTHS = { month: 1, quarter: 3, half_year: 6, year: 12 };

/** What a person chooses from; "all" has neither beginning nor end. */
export const getUnits = () => [
    { id: "month", name: _t("Month") },
    { id: "quarter", name: _t("Quarter") },
    { id: "half_year", name: _t("6 Months") },
    { id: "year", name: _t("Year") },
    { id: "all", name: _t("All Time") },
];

export const isUnit = (unit) => unit === "all" || unit in MONTHS;

function describe(unit, from) {
    if (unit === "month") {
        return from.toFormat("MM/yyyy");
    }
    if (unit === "quarter") {
        return _t("Q%(quarter)s/%(year)s", { quarter: from.quarter, year: from.year });
    }
    if (unit === "year") {
        return String(from.year);
    }
    return `${from.toFormat("MM/yyyy")} – ${from.plus({ months: 5 }).toFormat("MM/yyyy")}`;
}

/**
 * @param {string} unit
 * @param {number} [offset] 0: the present period, -1: the one before
 * @returns {{label: string, from: string|false, to: string|false}} the moments as the server takes them
 */
export function getPeriod(unit, offset = 0) {
    if (unit === "all") {
        return { label: _t("All Time"), from: false, to: false };
    }
    const months = MONTHS[unit];
    const now = DateTime.now();
    const first =
        unit === "half_year" ? now.startOf("month").minus({ months: 5 }) : now.startOf(unit);
    const from = first.plus({ months: months * offset });
    return {
        label: describe(unit, from),
        from: serializeDateTime(from),
        to: serializeDateTime(from.plus({ months })),
    };
}
