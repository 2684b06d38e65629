import { describe, expect, test } from "@odoo/hoot";
import { press, queryAll, queryAllTexts } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import {
    contains,
    getService,
    makeMockEnv,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import { WebClient } from "@web/webclient/webclient";
import { KeptValues } from "@winerp_crm_pipeline/stage_dialog/kept_values";
import { defineLeadModels, refusal } from "./stage_helpers";

describe.current.tags("desktop");
defineLeadModels();

const FIELDS = {
    phone: { name: "phone", string: "Phone", type: "char" },
    revenue: { name: "revenue", string: "Revenue", type: "float" },
};

function grid(rows, names = ["phone", "revenue"]) {
    return {
        rows: rows.map((row) => ({
            stage_name: "New",
            others: [],
            problem: "",
            fields: names,
            seen: { stage_id: 1, values: { phone: false, revenue: 0 } },
            ...row,
        })),
        more_ids: [],
        columns: names,
        form: {
            arch: `<form>${names.map((name) => `<field name="${name}"/>`).join("")}</form>`,
            models: { "crm.lead": { fields: FIELDS } },
        },
    };
}

const PRINTERS = { id: 1, name: "Printers" };
const CHAIRS = { id: 3, name: "Chairs" };

async function openGrid(fillIn, ids = [1, 3]) {
    onRpc("crm.lead", "get_fill_in", () => fillIn);
    await mountWithCleanup(WebClient);
    const saved = getService("winerp_stage_dialog").fillIn({ ids });
    await animationFrame();
    await animationFrame();
    return saved;
}

const input = (row, name) => `tbody tr:eq(${row}) td[data-name=${name}] input`;
const common = (name) => `thead td[data-name=${name}] input`;
const values = (name) => queryAll(`tbody td[data-name=${name}] input`).map((el) => el.value);

test("complete rows are saved, the rest stays and says why", async () => {
    const answers = [
        { saved_ids: [1], gone_ids: [], fill_in: false },
        {
            saved_ids: [],
            gone_ids: [],
            fill_in: grid([{ ...CHAIRS, problem: "No such number" }]),
        },
        { saved_ids: [3], gone_ids: [], fill_in: false },
    ];
    onRpc("crm.lead", "action_fill_in", ({ args: [ids], kwargs }) => {
        expect.step(`${ids} ${JSON.stringify(kwargs.values)}`);
        return answers.shift();
    });
    openGrid(grid([PRINTERS, CHAIRS])).then((ids) => expect.step(`done ${ids}`));
    await animationFrame();
    await contains(input(0, "phone")).edit("0911", { confirm: "tab" });
    await contains(input(0, "revenue")).edit("5", { confirm: "tab" });
    await contains(".o_winerp_save").click();
    await animationFrame();
    expect.verifySteps(['1 {"1":{"phone":"0911","revenue":5}}']);
    expect(queryAllTexts("tbody th")).toEqual(["Chairs"]);
    expect("[role=alert]:last").toHaveText("1 saved, 1 still to be filled in.");
    expect(".o_winerp_discard").toHaveText("Close");

    await contains(input(0, "revenue")).edit("7", { confirm: "tab" });
    await contains(input(0, "phone")).edit("0000", { confirm: "tab" });
    await contains(".o_winerp_save").click();
    await animationFrame();
    expect(values("phone")).toEqual(["0000"], { message: "what was typed is still there" });
    expect("tbody th small").toHaveText("No such number");
    await contains(input(0, "phone")).edit("0913", { confirm: "tab" });
    await contains(".o_winerp_save").click();
    await animationFrame();
    expect(".o_dialog").toHaveCount(0);
    expect.verifySteps([
        '3 {"3":{"phone":"0000","revenue":7}}',
        '3 {"3":{"phone":"0913","revenue":7}}',
        "done 1,3",
    ]);
});

test("what is not complete is asked for, with what was typed", async () => {
    onRpc("crm.lead", "get_stage_approval", ({ args: [ids, stageId] }) => {
        expect.step(`who decides about ${ids} in ${stageId}`);
        return { approvers: ["Mai", "Nam"], waiting: "" };
    });
    const left = grid([{ ...CHAIRS, problem: "It waits already" }]);
    const answers = [
        { saved_ids: [], requested_ids: [1], gone_ids: [], fill_in: left },
        { saved_ids: [], requested_ids: [3], gone_ids: [], fill_in: false },
    ];
    onRpc("crm.lead", "action_fill_in", ({ args: [ids], kwargs }) => {
        expect.step(`${ids} ${JSON.stringify(kwargs.values)} ${kwargs.request_reason}`);
        return answers.shift();
    });
    await mountWithCleanup(WebClient);
    const fillIn = grid([PRINTERS, CHAIRS]);
    const error = refusal(PRINTERS, ["phone"], { can_request: true, fill_in: fillIn });
    error.data.context.leads.push({ ...CHAIRS, stage_id: 2, missing: [] });
    const props = { ids: [1, 3], vals: { stage_id: 2 }, context: {}, override: () => {} };
    getService("winerp_stage_dialog")
        .ask(error, props)
        .catch((reason) => expect.step(`refused ${reason.data.context.isRequested}`));
    await animationFrame();
    await animationFrame();
    const ask = async (reason) => {
        await contains(".o_winerp_start_override").click();
        await contains(".o_winerp_stage_grid_dialog textarea").edit(reason);
        await contains(".o_winerp_override").click();
        await animationFrame();
        await animationFrame();
    };
    await contains(input(0, "phone")).edit("0911", { confirm: "tab" });
    await contains(".o_winerp_start_override").click();
    await animationFrame();
    expect(".o_winerp_approvers").toHaveText("Decided by: Mai, Nam");
    await contains(".modal-footer .btn-secondary").click();
    await ask("Known");
    expect.verifySteps([
        "who decides about 1,3 in 2",
        "who decides about 1,3 in 2",
        '1,3 {"1":{"stage_id":2,"phone":"0911"},"3":{"stage_id":2}} Known',
    ]);
    expect(queryAllTexts("tbody th small")).toEqual(["It waits already"]);
    expect(".modal-body > [role=alert]").toHaveText("Approval is asked for 1, 1 are left.");
    await ask("Again");
    expect.verifySteps([
        "who decides about 1,3 in 2",
        '3 {"3":{"stage_id":2}} Again',
        "refused true",
    ]);
    expect(".o_dialog").toHaveCount(0);
});

test("the same for all leaves what was typed by hand", async () => {
    openGrid(grid([PRINTERS, CHAIRS]));
    await animationFrame();
    await contains(input(1, "revenue")).edit("9", { confirm: "tab" });
    await contains(common("revenue")).edit("5", { confirm: "tab" });
    await animationFrame();
    expect(values("revenue")).toEqual(["5.00", "9.00"]);
    await contains(common("revenue")).edit("6", { confirm: "tab" });
    await animationFrame();
    expect(values("revenue")).toEqual(["6.00", "9.00"]);
});

test("from row to row with the arrow keys", async () => {
    openGrid(grid([PRINTERS, CHAIRS]));
    await animationFrame();
    await contains(input(0, "revenue")).click();
    await press("ArrowDown");
    expect(input(1, "revenue")).toBeFocused();
    await press("ArrowUp");
    expect(input(0, "revenue")).toBeFocused();
    expect(input(0, "revenue")).toHaveAttribute("aria-label", "Revenue: Printers");
});

test("nothing is complete: nothing is sent, and the first empty cell has the focus", async () => {
    onRpc("crm.lead", "action_fill_in", () => expect.step("action_fill_in"));
    openGrid(grid([PRINTERS, CHAIRS]));
    await animationFrame();
    await contains(input(0, "phone")).edit("0911", { confirm: "tab" });
    await contains(".o_winerp_save").click();
    await animationFrame();
    expect.verifySteps([]);
    expect(input(0, "revenue")).toBeFocused();
    expect("tbody tr:eq(0) [name=revenue]").toHaveClass("o_field_invalid");
});

test("a later answer that asks for more keeps what was typed", async () => {
    onRpc("crm.lead", "action_fill_in", () => ({
        saved_ids: [],
        gone_ids: [],
        fill_in: grid([CHAIRS], ["phone", "revenue"]),
    }));
    openGrid(grid([CHAIRS], ["phone"]), [3]);
    await animationFrame();
    await contains(input(0, "phone")).edit("0913", { confirm: "tab" });
    await contains(".o_winerp_save").click();
    await animationFrame();
    await animationFrame();
    expect(values("phone")).toEqual(["0913"]);
    expect("tbody td").toHaveCount(2);
});

test("choosing a customer replaces nothing that was entered", async () => {
    await makeMockEnv();
    const fields = {
        partner_id: { type: "many2one" },
        phone: { type: "char" },
        street: { type: "char" },
        city: { type: "char" },
        website: { type: "char" },
        partner_phone_update: { type: "boolean", readonly: true },
        customer_vat: { type: "char" },
    };
    const record = {
        fields,
        data: {
            partner_id: false,
            phone: "0912",
            street: false,
            city: "Huế",
            website: false,
            partner_phone_update: false,
            customer_vat: false,
        },
        update: (changes) => expect.step(changes),
    };
    const kept = new KeptValues(record);
    record.data = {
        partner_id: { id: 5 },
        phone: "0988",
        street: "12 Lê Lợi",
        city: "Hà Nội",
        website: "https://example.com",
        partner_phone_update: true,
        customer_vat: "0100109106",
    };
    kept.onChanged(record);
    expect.verifySteps([{ phone: "0912", street: false, city: "Huế" }]);
    kept.onChanged(record);
    expect.verifySteps([]);
});

test("a condition has the link it has in the dialog, and a row is complete when it is met", async () => {
    const others = [{ id: 7, name: "Meeting", remedy: { model: "mail.activity", label: "" } }];
    onRpc("crm.lead", "get_stage_move_requirements", ({ args: [ids, stageId] }) => {
        expect.step(`ask ${ids} in ${stageId}`);
        return { leads: [] };
    });
    onRpc("crm.lead", "action_fill_in", ({ args: [ids], kwargs }) => {
        expect.step(`${ids} ${JSON.stringify(kwargs.values)}`);
        return { saved_ids: [1], gone_ids: [], fill_in: false };
    });
    openGrid(grid([{ ...PRINTERS, fields: [], others, stage_id: 2 }, CHAIRS]));
    await animationFrame();
    patchWithCleanup(getService("mail.store"), {
        scheduleActivity: (model, ids) => expect.step(`schedule ${model} ${ids}`),
    });
    await contains(".o_winerp_save").click();
    expect("[role=alert]:last").toHaveText("No row is complete yet.");
    await contains("tbody th button:contains(Schedule Activity)").click();
    await animationFrame();
    expect.verifySteps(["schedule crm.lead 1", "ask 1 in 2"]);
    expect("tbody th li i").toHaveAttribute("aria-label", "Met");
    expect("tbody th button").toHaveCount(0);
    await contains(".o_winerp_save").click();
    await animationFrame();
    expect.verifySteps(['1 {"1":{}}']);
    expect(queryAllTexts("tbody th")).toEqual(["Chairs"]);
});
