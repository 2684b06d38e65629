import { describe, expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
import { advanceTime, animationFrame, runAllTimers } from "@odoo/hoot-mock";
import {
    clickFieldDropdown,
    clickFieldDropdownItem,
    contains,
    getService,
    makeServerError,
    MockServer,
    mockService,
    mountView,
    onRpc,
    serverState,
} from "@web/../tests/web_test_helpers";
import { registry } from "@web/core/registry";
import { WAIT } from "@winerp_crm_pipeline/stage_board/moved_cards";
import {
    movingFrom,
    noteStarts,
    takeSeen,
    withSeen,
} from "@winerp_crm_pipeline/stage_dialog/stage_seen";
import {
    defineLeadModels,
    drop,
    FORM,
    KANBAN,
    makeLeadList,
    PRINTERS,
    refusal,
} from "./stage_helpers";

describe.current.tags("desktop");
defineLeadModels();

const QUOTATION = { id: 3, name: "Quotation", user: "Anh" };

function changed({ stage = false, values = [] }) {
    return makeServerError({
        errorName: "odoo.addons.winerp_crm_pipeline.exceptions.OpportunityChangedError",
        message: "Changed",
        context: { stage_name: "Qualified", leads: [{ ...PRINTERS, stage, values }] },
    });
}

/** Have a colleague move the opportunity before the first request. */
function moveMeanwhile() {
    onRpc("crm.lead", "get_rainbowman_message", () => false);
    onRpc("crm.lead", "web_save", ({ args: [ids, vals], kwargs }) => {
        const { winerp_seen: seen } = kwargs.context;
        expect.step(`${JSON.stringify(vals)} seen ${JSON.stringify(seen)}`);
        if (seen?.stage_id === 1) {
            MockServer.env["crm.lead"].write(ids, { stage_id: 3 });
            throw changed({ stage: QUOTATION });
        }
    });
}

const cardsOf = (index) => queryAllTexts(`.o_kanban_group:eq(${index}) .o_kanban_record`);

test("what a move starts from is known to its first request alone", async () => {
    await movingFrom(1, 5, async () => {
        expect(takeSeen([2])).toEqual({});
        expect(takeSeen([1])).toEqual({ id: 1, stage_id: 5 });
        expect(takeSeen([1])).toEqual({});
    });
    await movingFrom(1, 5, async () => {});
    expect(takeSeen([1])).toEqual({});
});

test("what several moves start from is known to the request of those that are saved", async () => {
    noteStarts([
        { id: 1, stage_id: 5 },
        { id: 2, stage_id: 6 },
    ]);
    expect(withSeen({}, takeSeen([1, 2, 3]))).toEqual({
        winerp_seen: [
            { id: 1, stage_id: 5 },
            { id: 2, stage_id: 6 },
        ],
    });
    expect(withSeen({}, takeSeen([1, 2, 3]))).toEqual({});
});

async function setStage(row, stage) {
    await contains(`.o_data_row:eq(${row}) [name=stage_id]`).click();
    await clickFieldDropdown("stage_id");
    await clickFieldDropdownItem("stage_id", stage);
}

test("a stage changed in the cells of a list says where each starts from", async () => {
    onRpc("crm.lead", "web_save", ({ args: [ids, vals], kwargs }) => {
        const { winerp_seen: seen } = kwargs.context;
        expect.step(`${ids} ${JSON.stringify(vals)} seen ${JSON.stringify(seen)}`);
        if (seen?.[0].stage_id === 1) {
            MockServer.env["crm.lead"].write([1, 2], { stage_id: 3 });
            throw makeServerError({
                errorName: "odoo.addons.winerp_crm_pipeline.exceptions.OpportunityChangedError",
                message: "Changed",
                context: {
                    stage_name: "Qualified",
                    leads: [
                        { ...PRINTERS, stage: QUOTATION, values: [] },
                        { id: 2, name: "Desks", stage: { ...QUOTATION, user: "" }, values: [] },
                    ],
                },
            });
        }
    });
    await mountView({ type: "list", resModel: "crm.lead", arch: makeLeadList() });
    await contains("thead .o_list_record_selector input").click();
    await setStage(0, "Qualified");
    await contains(".modal-footer .btn-primary").click();
    await animationFrame();
    expect.verifySteps([
        '1,2,3 {"stage_id":2} seen [{"id":1,"stage_id":1},{"id":2,"stage_id":1},{"id":3,"stage_id":2}]',
    ]);
    expect(".modal-body").toHaveText(
        "2 opportunities were moved meanwhile:\nPrinters – Quotation – Anh\nDesks – Quotation\nMove them to “Qualified” all the same?"
    );
    await contains(".modal-footer .btn-primary").click();
    await animationFrame();
    expect.verifySteps([
        '1,2,3 {"stage_id":2} seen [{"id":1,"stage_id":3},{"id":2,"stage_id":3},{"id":3,"stage_id":2}]',
    ]);
    expect(queryAllTexts("[name=stage_id]")).toEqual(["Qualified", "Qualified", "Qualified"]);
});

for (const [how, options] of [
    ["selected", 'multi_edit="1"'],
    ["edited", 'editable="bottom"'],
]) {
    test(`one ${how} row of a list can be left where a colleague moved it`, async () => {
        expect.errors(1);
        moveMeanwhile();
        await mountView({ type: "list", resModel: "crm.lead", arch: makeLeadList(options) });
        if (how === "selected") {
            await contains(".o_data_row:eq(0) .o_list_record_selector input").click();
        }
        await setStage(0, "Qualified");
        if (how === "edited") {
            await contains(".o_list_button_save").click();
        }
        await animationFrame();
        expect.verifySteps(['{"stage_id":2} seen {"id":1,"stage_id":1}']);
        await contains(".modal-footer .btn:contains(Leave in Quotation)").click();
        await animationFrame();
        await animationFrame();
        expect.verifyErrors(["Changed"]);
        expect(".o_data_row:eq(0) [name=stage_id]").toHaveText("Quotation");
    });
}

test("a row of a list that is edited twice starts from where it was moved", async () => {
    onRpc("crm.lead", "web_save", ({ args: [, vals], kwargs }) => {
        expect.step(`${vals.stage_id} seen ${kwargs.context.winerp_seen?.stage_id}`);
    });
    const arch = makeLeadList('editable="bottom"');
    await mountView({ type: "list", resModel: "crm.lead", arch });
    for (const stage of ["Qualified", "Quotation"]) {
        await setStage(0, stage);
        await contains(".o_list_button_save").click();
        await animationFrame();
    }
    expect.verifySteps(["2 seen 1", "3 seen 2"]);
});

test("of several rows whose stage is changed, only those that are saved are known to start from somewhere", async () => {
    onRpc("crm.lead", "web_save", ({ args: [ids], kwargs }) => {
        expect.step(`${ids} seen ${JSON.stringify(kwargs.context.winerp_seen)}`);
    });
    const arch = makeLeadList('multi_edit="1"', '<field name="phone" required="1"/>');
    await mountView({ type: "list", resModel: "crm.lead", arch });
    await contains("thead .o_list_record_selector input").click();
    await setStage(1, "Qualified");
    await contains(".modal-footer .btn-primary").click();
    await animationFrame();
    expect.verifySteps(['2,3 seen [{"id":2,"stage_id":1},{"id":3,"stage_id":2}]']);
    expect(takeSeen([1])).toEqual({}, { message: "Printers has no phone" });
});

test("a row of a list whose saving is broken off leaves nothing to be known", async () => {
    const view = registry.category("views").get("winerp_lead_list");
    class Controller extends view.Controller {
        async onWillSaveRecord() {
            await super.onWillSaveRecord(...arguments);
            expect.step("broken off");
            return false;
        }
    }
    registry.category("views").add("broken_list", { ...view, Controller });
    onRpc("crm.lead", "web_save", () => expect.step("saved"));
    const arch = makeLeadList('editable="bottom"').replace("winerp_lead_list", "broken_list");
    await mountView({ type: "list", resModel: "crm.lead", arch });
    await setStage(0, "Qualified");
    await contains(".o_list_button_save").click();
    await contains(".o_list_button_discard").click();
    await animationFrame();
    expect.verifySteps(["broken off"]);
    expect(takeSeen([1])).toEqual({});
});

test("a drop of what a colleague moved asks, and can be meant", async () => {
    moveMeanwhile();
    await mountView({ type: "kanban", resModel: "crm.lead", arch: KANBAN });
    await drop("Printers");
    expect.verifySteps(['{"stage_id":2} seen {"id":1,"stage_id":1}']);
    expect(".modal-body").toHaveText(
        "Anh moved “Printers” to “Quotation” meanwhile. Move it to “Qualified” all the same?"
    );
    await contains(".modal-footer .btn-primary:contains(Move to Qualified)").click();
    await animationFrame();
    expect.verifySteps(['{"stage_id":2} seen {"id":1,"stage_id":3}']);
    expect(cardsOf(1)).toEqual(["Chairs", "Printers"]);
});

test("a drop of what a colleague moved can be left, and the board shows where it is", async () => {
    expect.errors(1);
    moveMeanwhile();
    await mountView({ type: "kanban", resModel: "crm.lead", arch: KANBAN });
    await drop("Printers");
    await contains(".modal-footer .btn:contains(Leave in Quotation)").click();
    await animationFrame();
    await animationFrame();
    expect.verifySteps(['{"stage_id":2} seen {"id":1,"stage_id":1}']);
    expect.verifyErrors(["Changed"]);
    expect(cardsOf(0)).toEqual(["Desks"]);
    expect(cardsOf(2)).toEqual(["Printers"]);
});

test("a click on the status bar of what a colleague moved can be left, and the bar shows where it is", async () => {
    expect.errors(1);
    moveMeanwhile();
    await mountView({ type: "form", resModel: "crm.lead", resId: 1, arch: FORM });
    await contains(".o_arrow_button:contains(Qualified)").click();
    await contains(".modal-footer .btn:contains(Leave in Quotation)").click();
    await animationFrame();
    expect.verifySteps(['{"stage_id":2,"revenue":40} seen {"id":1,"stage_id":1}']);
    expect.verifyErrors(["Changed"]);
    expect(".o_arrow_button_current").toHaveText("Quotation");
});

test("the dialog asks, too, when the opportunity is moved while it is open", async () => {
    onRpc("crm.lead", "get_rainbowman_message", () => false);
    onRpc("crm.lead", "web_save", ({ args: [, vals], kwargs }) => {
        const { winerp_seen: seen } = kwargs.context;
        if (!vals.phone) {
            throw refusal(PRINTERS, ["phone"], {
                seen: { id: 1, stage_id: 1, values: { phone: false } },
            });
        }
        expect.step(`seen ${JSON.stringify(seen)}`);
        if (seen.stage_id === 1) {
            throw changed({ stage: QUOTATION });
        }
    });
    await mountView({ type: "kanban", resModel: "crm.lead", arch: KANBAN });
    await drop("Printers");
    await contains(".o_winerp_stage_dialog input").edit("0912", { confirm: false });
    await contains(".o_winerp_save").click();
    await contains(".modal-footer .btn-primary:contains(Move to Qualified)").click();
    await animationFrame();
    expect.verifySteps([
        'seen {"id":1,"stage_id":1,"values":{"phone":false}}',
        'seen {"id":1,"stage_id":3,"values":{"phone":false}}',
    ]);
    expect(".o_dialog").toHaveCount(0);
});

for (const keepsTheirs of [true, false]) {
    const how = keepsTheirs ? "be kept" : "be replaced, knowingly";
    test(`what a colleague filled in meanwhile is shown beside one's own, and can ${how}`, async () => {
        onRpc("crm.lead", "get_rainbowman_message", () => false);
        onRpc("crm.lead", "web_save", ({ args: [, vals], kwargs }) => {
            const { winerp_seen: seen } = kwargs.context;
            if (!vals.phone) {
                throw refusal(PRINTERS, ["phone"], {
                    seen: { id: 1, stage_id: 1, values: { phone: false } },
                });
            }
            expect.step(`${vals.phone} seen ${seen.values.phone}`);
            if (seen.values.phone === false) {
                throw changed({ values: [{ name: "phone", value: "0988" }] });
            }
        });
        await mountView({ type: "kanban", resModel: "crm.lead", arch: KANBAN });
        await drop("Printers");
        await contains(".o_winerp_stage_dialog input").edit("0912", { confirm: false });
        await contains(".o_winerp_save").click();
        await animationFrame();
        expect(".o_winerp_theirs li span").toHaveText("phone: 0988");
        expect(".o_winerp_stage_dialog input").toHaveValue("0912");
        if (keepsTheirs) {
            await contains(".o_winerp_theirs button").click();
            expect(".o_winerp_theirs").toHaveCount(0);
        }
        await contains(".o_winerp_save").click();
        await animationFrame();
        expect.verifySteps(["0912 seen false", `${keepsTheirs ? "0988" : "0912"} seen 0988`]);
        expect(".o_dialog").toHaveCount(0);
    });
}

test("a deleted opportunity goes away, with a sentence", async () => {
    expect.errors(1);
    mockService("notification", { add: (message) => expect.step(message) });
    onRpc("crm.lead", "web_save", ({ args: [ids] }) => {
        MockServer.env["crm.lead"].unlink(ids);
        throw makeServerError({
            errorName: "odoo.exceptions.MissingError",
            message: "Record does not exist or has been deleted. (Record: crm.lead(1,), User: 7)",
        });
    });
    await mountView({ type: "kanban", resModel: "crm.lead", arch: KANBAN });
    await drop("Printers");
    await animationFrame();
    expect.verifySteps(["This opportunity has been deleted meanwhile."]);
    expect.verifyErrors(["cannot be found"]);
    expect(".o_dialog").toHaveCount(0);
    expect(".o_kanban_record:contains(Printers)").toHaveCount(0);
});

function moveByColleague(stageId) {
    MockServer.env["crm.lead"].write([1], { stage_id: stageId });
    MockServer.env["bus.bus"]._sendone(serverState.partnerId, "winerp_crm_pipeline.moved", {
        stages: { 1: stageId },
    });
}

async function openBoard() {
    await mountView({ type: "kanban", resModel: "crm.lead", arch: KANBAN });
    await getService("bus_service").start();
    await runAllTimers();
}

/** Until what was sent by the bus has arrived, and what waits for a while is done. */
async function settle() {
    for (let round = 0; round < 4; round++) {
        await advanceTime(2 * WAIT);
        await animationFrame();
    }
}

test("a card that a colleague moves, moves", async () => {
    await openBoard();
    moveByColleague(2);
    await settle();
    expect(cardsOf(0)).toEqual(["Desks"]);
    expect(cardsOf(1)).toEqual(["Printers", "Chairs"]);
});

test("a card that a colleague moves does not disturb what is being typed", async () => {
    await openBoard();
    await contains(".o_kanban_group:eq(0) .o_kanban_quick_add").click();
    await contains(".o_kanban_quick_create input").edit("Shredders", { confirm: false });
    moveByColleague(2);
    await settle();
    expect(".o_kanban_quick_create input").toHaveValue("Shredders");
    expect(cardsOf(1)).toEqual(["Chairs"]);
    await contains(".o_kanban_quick_create .o_kanban_cancel").click();
    await settle();
    expect(cardsOf(1)).toEqual(["Printers", "Chairs"]);
});

test("nothing is loaded for what the board shows already, or does not show", async () => {
    await openBoard();
    onRpc(({ method }) => expect.step(method));
    MockServer.env["bus.bus"]._sendone(serverState.partnerId, "winerp_crm_pipeline.moved", {
        stages: { 1: 1, 99: 2 },
    });
    await settle();
    expect.verifySteps([]);
});
