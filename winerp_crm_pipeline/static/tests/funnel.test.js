import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
import { mockDate } from "@odoo/hoot-mock";
import {
    contains,
    defineModels,
    fields,
    makeMockEnv,
    mockService,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { findWeakest, makeFigures } from "@winerp_crm_pipeline/funnel/funnel_figures";
import { getPeriod } from "@winerp_crm_pipeline/funnel/funnel_periods";
import { drawFunnel } from "@winerp_crm_pipeline/funnel/funnel_picture";
import { makeSheet } from "@winerp_crm_pipeline/funnel/funnel_sheet";
import { formatMeasure } from "@winerp_crm_pipeline/funnel/funnel_texts";

describe.current.tags("desktop");
defineMailModels();

class Lead extends models.Model {
    _name = "crm.lead";
    name = fields.Char();
    user_id = fields.Many2one({ relation: "res.users", string: "Salesperson" });
    _views = {
        search: `<search><filter name="user" string="Salesperson" context="{'group_by': 'user_id'}"/></search>`,
        winerp_funnel: `<winerp_funnel string="Sales Funnel" period="quarter"/>`,
    };
}
defineModels([Lead]);

const STAGES = [
    { id: 1, name: "New" },
    { id: 2, name: "Qualified" },
    { id: 3, name: "Won" },
];

/** A funnel in which so many reached each stage; of the second, two skipped it and one is lost there. */
function makeFunnel(reached, stages = STAGES) {
    return {
        total: reached[0],
        waiting: 0,
        minimum: 5,
        stages: stages.map(({ id, name }, index) => ({
            stage_id: id,
            name,
            reached: reached[index],
            entered: reached[index] - (id === 2 ? 2 : 0),
            skipped: id === 2 ? 2 : 0,
            here: 1,
            lost: id === 2 ? 1 : 0,
            conversion:
                index && reached[index - 1] >= 5 ? reached[index] / reached[index - 1] : null,
            conversion_total: reached[0] >= 5 ? reached[index] / reached[0] : null,
            revenue: 1e6 * reached[index],
            median_days: id === 3 ? null : 3.25,
            domain: [["reached_stage_ids", "in", [id]]],
            domains: { lost: [["stage_id", "=", id]], here: [], entered: [], skipped: [] },
        })),
    };
}

const answer = (...groups) => ({
    stages: STAGES,
    has_more: false,
    groups: groups.map(([name, ...funnels]) => ({ name, funnels })),
});

test("periods are those of the calendar, in the user's time zone", async () => {
    mockDate("2026-11-24 12:00:00", +7);
    const labels = (unit, ...offsets) => offsets.map((offset) => getPeriod(unit, offset).label);
    await makeMockEnv();
    expect(getPeriod("month")).toEqual({
        label: "11/2026",
        from: "2026-10-31 17:00:00",
        to: "2026-11-30 17:00:00",
    });
    expect(labels("month", -1, -11)).toEqual(["10/2026", "12/2025"]);
    expect(labels("quarter", 0, -4).map(String)).toEqual(["Q4/2026", "Q4/2025"]);
    expect(labels("year", 0, -1)).toEqual(["2026", "2025"]);
    expect(labels("half_year", 0, -1)).toEqual(["06/2026 – 11/2026", "12/2025 – 05/2026"]);
    expect(getPeriod("half_year", -1).to).toBe(getPeriod("half_year").from);
    const { from, to } = getPeriod("all");
    expect([from, to]).toEqual([false, false]);
});

test("bars are as wide as they are large in their group, over all periods", () => {
    const data = answer([false, makeFunnel([10, 5, 1]), makeFunnel([20, 10, 0])]);
    const { rows } = makeFigures(data);
    const cells = rows.map((row) => row.cells[0]);
    expect(cells.map((cell) => cell.share)).toEqual([50, 25, 5]);
    expect(cells.map((cell) => cell.shareBefore)).toEqual([100, 50, 0]);
    expect(cells.map((cell) => cell.shareSkipped)).toEqual([0, 40, 0]);
    expect(cells.map((cell) => cell.isWeakest)).toEqual([false, false, true]);
    expect(cells.map((cell) => cell.next)).toEqual([cells[1], cells[2], undefined]);
});

test("a stage that a group does not have lets the flow through", () => {
    const own = makeFunnel([6, 3], [STAGES[0], STAGES[2]]);
    const { rows } = makeFigures(answer([false, makeFunnel([10, 5, 1])], ["South", own]));
    expect(rows[1].cells[1].now).toBe(null);
    expect(rows[0].cells[1].next).toBe(rows[2].cells[1]);
});

test("nothing is stuck where all went on, or too few are known", () => {
    expect(findWeakest(makeFunnel([8, 8, 8]))).toBe(undefined);
    expect(findWeakest(makeFunnel([4, 2, 1]))).toBe(undefined);
    expect(findWeakest(makeFunnel([8, 4, 1]))).toBe(undefined);
    expect(findWeakest(makeFunnel([9, 6, 3]))).toBe(3);
    expect(findWeakest(undefined)).toBe(undefined);
});

test("what figures read like", async () => {
    await makeMockEnv();
    const { rows } = makeFigures(answer([false, makeFunnel([10, 4, 1])]));
    const read = (index, name, type) => String(formatMeasure(rows[index].cells[0], { name, type }));
    expect(read(0, "conversion", "ratio")).toBe("–");
    expect(read(1, "conversion", "ratio")).toBe("40%");
    expect(read(2, "conversion", "ratio")).toBe("Too few");
    expect(read(1, "median_days", "days")).toBe("3.3");
    expect(read(2, "median_days", "days")).toBe("–");
    expect(formatMeasure({ now: {}, before: null }, { name: "reached", isBefore: true })).toBe("–");
});

test("the table goes into a sheet as numbers", async () => {
    await makeMockEnv();
    const model = {
        resModel: "crm.lead",
        periods: [{ label: "11/2026" }],
        figures: makeFigures(
            answer([false, makeFunnel([10, 5, 1])], ["An", makeFunnel([6, 3, 1])])
        ),
    };
    const sheet = makeSheet(model, "Sales: Funnel/with a name that is too long");
    expect(sheet.title).toBe("Sales  Funnel with a name that ");
    expect(sheet.rows.map(({ title }) => String(title))).toEqual([
        "11/2026",
        "All Opportunities",
        "New",
        "Qualified",
        "Won",
        "An",
        "New",
        "Qualified",
        "Won",
    ]);
    expect(sheet.measure_count).toBe(sheet.measure_headers.length);
    expect(sheet.rows[3].values.map(({ value }) => value)).toEqual([
        5, 3, 2, 1, 1, 50, 50, 3.25, 5e6,
    ]);
    const canvas = drawFunnel(model, "Sales Funnel");
    expect(canvas.toDataURL()).toMatch(/^data:image\/png/);
    expect(canvas.width).toBeGreaterThan(1600);
});

test("the picture draws the period before, too", async () => {
    await makeMockEnv();
    const now = makeFunnel([10, 5, 1]);
    const draw = (...funnels) => {
        const canvas = drawFunnel(
            {
                resModel: "crm.lead",
                periods: funnels.map((_funnel, index) => ({ label: `Q${4 - index}/2026` })),
                figures: makeFigures(answer([false, ...funnels])),
            },
            "Sales Funnel"
        );
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        const colors = new Map();
        for (let index = 0; index < data.length; index += 4) {
            const color = data.slice(index, index + 3).join();
            colors.set(color, (colors.get(color) || 0) + 1);
        }
        return colors.get("173,181,189") || 0;
    };
    expect(draw(now)).toBe(0);
    // A line of 5 pixels for each stage, 260 wide where most reached it, and the legend; on a canvas twice as fine.
    const lines = 260 + 130 + 26;
    const drawn = draw(now, makeFunnel([20, 10, 2]));
    expect(drawn).toBeGreaterThan(4 * 5 * lines - 400);
    expect(drawn).toBeLessThan(4 * 5 * (lines + 14) + 400);
});

test("the view asks for what is chosen, and opens what it counts", async () => {
    mockDate("2026-11-24 12:00:00", 0);
    onRpc("get_funnels", ({ kwargs }) => {
        expect.step([kwargs.group_by, kwargs.periods.map(([from]) => from)]);
        const funnels = kwargs.periods.map(() => makeFunnel([10, 5, 1]));
        return answer([false, ...funnels], ...(kwargs.group_by ? [["An", ...funnels]] : []));
    });
    mockService("action", {
        doAction: ({ name, domain, context, res_model, views, mobile_view_mode }) => {
            expect.step([String(name), domain, context.active_test, res_model]);
            expect(views.map(([, type]) => type)).toInclude(mobile_view_mode);
        },
    });
    await mountView({ type: "winerp_funnel", resModel: "crm.lead" });
    expect.verifySteps([[false, ["2026-10-01 00:00:00"]]]);
    expect(queryAllTexts(".o_winerp_funnel_number")).toEqual(["10", "5", "1"]);
    await contains(".o_winerp_funnel_compare").click();
    expect.verifySteps([[false, ["2026-10-01 00:00:00", "2026-07-01 00:00:00"]]]);
    expect(".o_winerp_funnel_before").toHaveCount(3);
    expect(".o_winerp_funnel_sample_before").toHaveCount(1);
    expect(queryAllTexts("td[data-measure=reached]").slice(0, 4)).toEqual(["10", "10", "5", "5"]);
    await contains(".o_winerp_funnel_earlier").click();
    expect.verifySteps([[false, ["2026-07-01 00:00:00", "2026-04-01 00:00:00"]]]);
    await contains(".o_winerp_funnel_period").click();
    await contains("[data-period=all]").click();
    expect.verifySteps([[false, [false]]]);
    await contains(".o_searchview_dropdown_toggler").click();
    await contains(".o_menu_item:contains(Salesperson)").click();
    expect.verifySteps([["user_id", [false]]]);
    expect(queryAllTexts(".o_winerp_funnel_head .fw-bold")).toEqual(["All Opportunities", "An"]);
    await contains(".o_winerp_funnel_lost:eq(1)").click();
    await contains(".o_winerp_funnel_table [data-measure=reached] button:eq(1)").click();
    expect.verifySteps([
        ["Lost there: Qualified (An)", [["stage_id", "=", 2]], false, "crm.lead"],
        ["Reached: Qualified", [["reached_stage_ids", "in", [2]]], false, "crm.lead"],
    ]);
});

test("a favourite keeps its period; where there is nothing, a sentence says what to do", async () => {
    mockDate("2026-11-24 12:00:00", 0);
    onRpc("get_funnels", ({ kwargs }) => {
        expect.step(kwargs.periods.length);
        return answer([false, ...kwargs.periods.map(() => makeFunnel([0, 0, 0]))]);
    });
    await mountView({
        type: "winerp_funnel",
        resModel: "crm.lead",
        context: { winerp_funnel_period: "year", winerp_funnel_compare: true },
        noContentHelp: "Choose another period",
    });
    expect.verifySteps([2]);
    expect(".o_winerp_funnel_period").toHaveText("Year: 2026");
    expect(".o_winerp_funnel_compare").toHaveClass("active");
    expect(".o_view_nocontent").toHaveText("Choose another period");
    expect(".o_winerp_funnel_sheet").toHaveCount(0);
});
