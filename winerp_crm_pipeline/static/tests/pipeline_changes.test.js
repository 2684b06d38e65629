import { describe, expect, test } from "@odoo/hoot";
import { makeMockEnv, patchWithCleanup } from "@web/../tests/web_test_helpers";
import { localization } from "@web/core/l10n/localization";
import { chooseDays, getMoments } from "@winerp_crm_pipeline/pipeline_changes/periods";
import { getSteps, getSum } from "@winerp_crm_pipeline/pipeline_changes/waterfall";

describe.current.tags("headless");

const { DateTime } = luxon;
const at = (text) => DateTime.fromISO(text);
const text = ({ from, until }) =>
    [from, until].map((moment) => moment.toFormat("yyyy-MM-dd HH:mm"));
const moments = (preset, now) => text(getMoments({ preset }, at(now)));

const CHANGES = {
    opening: { count: 10, revenue: 100 },
    new: { count: 2, revenue: 30 },
    reopened: { count: 1, revenue: 5 },
    joined: { count: 0, revenue: 0 },
    raised: { count: 3, revenue: 15 },
    lowered: { count: 1, revenue: 10 },
    won: { count: 2, revenue: 60 },
    lost: { count: 1, revenue: 20 },
    left: { count: 1, revenue: 10 },
    closing: { count: 9, revenue: 50 },
};

test("a period lies between two moments, of whole days", async () => {
    await makeMockEnv();
    patchWithCleanup(localization, { weekStart: 1 });
    const wednesday = "2026-11-25T14:30:00";
    expect(moments("week", wednesday)).toEqual(["2026-11-23 00:00", "2026-11-26 00:00"]);
    expect(moments("meeting", wednesday)).toEqual(["2026-11-23 09:00", "2026-11-26 00:00"]);
    expect(moments("month", wednesday)).toEqual(["2026-11-01 00:00", "2026-11-26 00:00"]);
    expect(moments("last_month", wednesday)).toEqual(["2026-10-01 00:00", "2026-11-01 00:00"]);
    expect(moments("quarter", wednesday)).toEqual(["2026-10-01 00:00", "2026-11-26 00:00"]);
    expect(moments("unknown", wednesday)).toEqual(["2026-11-23 00:00", "2026-11-26 00:00"]);
});

test("before Monday's meeting, the last one counts", async () => {
    await makeMockEnv();
    expect(moments("meeting", "2026-11-23T08:59:00")[0]).toBe("2026-11-16 09:00");
    expect(moments("meeting", "2026-11-23T09:00:00")[0]).toBe("2026-11-23 09:00");
    expect(moments("meeting", "2026-11-22T20:00:00")[0]).toBe("2026-11-16 09:00");
    expect(moments("last_month", "2026-01-05T08:00:00")).toEqual([
        "2025-12-01 00:00",
        "2026-01-01 00:00",
    ]);
});

test("days that are chosen", async () => {
    await makeMockEnv();
    const current = { from: at("2026-11-02T09:00:00"), until: at("2026-11-11") };
    expect(chooseDays(current, { until: at("2026-11-05") })).toEqual({
        preset: "custom",
        from: "2026-11-02",
        until: "2026-11-05",
    });
    const reversed = chooseDays(current, { from: at("2026-11-20") });
    expect(text(getMoments(reversed))).toEqual(["2026-11-20 00:00", "2026-11-21 00:00"]);
    expect(chooseDays(current, { until: at("2026-11-02") }).from).toBe("2026-11-02");
});

test("bars begin where the last one ended", () => {
    const steps = getSteps(CHANGES);
    expect(steps.map((step) => step.name)).toEqual(Object.keys(CHANGES));
    // 150 is the highest
    const places = steps.map(({ start, size, level }) => [start, size, level].map((n) => n * 1.5));
    expect(places.map((place) => place.map(Math.round))).toEqual([
        [0, 100, 100],
        [100, 30, 130],
        [130, 5, 135],
        [135, 0, 135],
        [135, 15, 150],
        [140, 10, 140],
        [80, 60, 80],
        [60, 20, 60],
        [50, 10, 50],
        [0, 50, 50],
    ]);
    const nothing = Object.fromEntries(
        Object.keys(CHANGES).map((name) => [name, { count: 0, revenue: 0 }])
    );
    expect(getSteps(nothing).every(({ start, size }) => !start && !size)).toBe(true);
});

test("the sum adds up, or says that it does not", () => {
    expect(getSum(CHANGES)).toEqual({
        revenue: { gained: 50, gone: 100 },
        count: { gained: 3, gone: 4 },
        isRight: true,
    });
    expect(getSum({ ...CHANGES, closing: { count: 9, revenue: 51 } }).isRight).toBe(false);
    expect(getSum({ ...CHANGES, closing: { count: 8, revenue: 50 } }).isRight).toBe(false);
});
