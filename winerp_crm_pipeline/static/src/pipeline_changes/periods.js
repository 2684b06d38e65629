import { getStartOfLocalWeek } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";

/** When a team looks at its pipeline on Mondays. */
const MEETING = { weekday: 1, hour: 9 };
const CUSTOM = "custom";

/** @returns {{ name: string, label: string }[]} */
export function getPresets() {
    return [
        { name: "week", label: _t("This Week") },
        { name: "meeting", label: _t("Since Monday's Meeting") },
        { name: "month", label: _t("This Month") },
        { name: "last_month", label: _t("Last Month") },
        { name: "quarter", label: _t("This Quarter") },
    ];
}

const startOfMonth = (now) => now.startOf("month");
const BEGINNINGS = {
    week: (now) => getStartOfLocalWeek(now),
    meeting(now) {
        const meeting = now.startOf("day").set(MEETING);
        return meeting > now ? meeting.minus({ weeks: 1 }) : meeting;
    },
    month: startOfMonth,
    last_month: (now) => startOfMonth(now).minus({ months: 1 }),
    quarter: (now) => now.startOf("quarter"),
};

/**
 * Return the two moments that a period lies between, in the user's time zone. Days are whole: a period begins with
 * its first day and ends with its last, or today.
 *
 * @param {{ preset: string, from?: string, until?: string }} period with the first and the last day as ISO dates
 *  where it was chosen by hand
 * @param {luxon.DateTime} [now]
 * @returns {{ from: luxon.DateTime, until: luxon.DateTime }}
 */
export function getMoments({ preset, from, until }, now = luxon.DateTime.now()) {
    if (preset === CUSTOM) {
        return { from: parse(from), until: getEnd(parse(until)) };
    }
    const beginning = BEGINNINGS[preset] || BEGINNINGS.week;
    return {
        from: beginning(now),
        until: preset === "last_month" ? startOfMonth(now) : getEnd(now),
    };
}

/** The moment at which a day has ended. */
export function getEnd(day) {
    return day.startOf("day").plus({ days: 1 });
}

/** The last day of what ends at a moment. */
export function getLastDay(until) {
    return until.minus({ days: 1 });
}

/** A period of days that were chosen; the one that was chosen last holds where they are the wrong way round. */
export function chooseDays(moments, changed) {
    const day = changed.from || changed.until;
    const { from, until } = { from: moments.from, until: getLastDay(moments.until), ...changed };
    const isPossible = from.startOf("day") <= until.startOf("day");
    return {
        preset: CUSTOM,
        from: (isPossible ? from : day).toISODate(),
        until: (isPossible ? until : day).toISODate(),
    };
}

const parse = (date) => luxon.DateTime.fromISO(date);
