import { describe, expect, test } from "@odoo/hoot";
import { press, queryAllTexts, queryOne } from "@odoo/hoot-dom";
import { animationFrame, Deferred } from "@odoo/hoot-mock";
import {
    contains,
    MockServer,
    mountView,
    mountWithCleanup,
    onRpc,
    serverState,
} from "@web/../tests/web_test_helpers";
import { WebClient } from "@web/webclient/webclient";
import { mergeValues } from "@winerp_crm_pipeline/stage_dialog/stage_refusal";
import {
    defineLeadModels,
    drop,
    FORM,
    KANBAN,
    PRINTERS,
    refusal,
    requirePhone,
} from "./stage_helpers";

describe.current.tags("desktop");
defineLeadModels();

test("commands of the same x2many add up, other values replace", () => {
    expect(mergeValues({ a: 1, tags: [[4, 1]] }, { a: 2, tags: [[4, 2]], b: 3 })).toEqual({
        a: 2,
        b: 3,
        tags: [
            [4, 1],
            [4, 2],
        ],
    });
});

test("a move that is not refused costs no more requests", async () => {
    let isMoving = false;
    onRpc(({ method }) => {
        if (isMoving) {
            expect.step(method);
        }
    });
    onRpc("crm.lead", "get_rainbowman_message", () => {
        expect.step("get_rainbowman_message"); // Odoo's own
        return false;
    });
    await mountView({ type: "kanban", resModel: "crm.lead", arch: KANBAN });
    isMoving = true;
    await drop("Desks");
    await animationFrame();
    expect.verifySteps(["web_save", "get_rainbowman_message"]);
});

test("a refused move costs one request before the dialog shows", async () => {
    let isMoving = false;
    onRpc(({ method }) => {
        if (isMoving) {
            expect.step(method);
        }
    });
    onRpc("crm.lead", "web_save", () => {
        expect.step("web_save");
        const error = refusal(PRINTERS, ["phone"]);
        error.data.context.dialog.form.values = { id: 1, phone: false };
        throw error;
    });
    await mountView({ type: "kanban", resModel: "crm.lead", arch: KANBAN });
    isMoving = true;
    await drop("Printers");
    expect(".o_winerp_stage_dialog input").toBeFocused();
    expect.verifySteps(["web_save"]);
});

test("a screen reader is told what the dialog is, and what for", async () => {
    requirePhone();
    await mountView({ type: "kanban", resModel: "crm.lead", arch: KANBAN });
    await drop("Printers");
    expect.verifySteps(['save 1 {"stage_id":2}']);
    expect("[role=dialog]").toHaveAttribute("aria-modal", "true");
    const dialog = queryOne("[role=dialog]");
    expect(`#${dialog.getAttribute("aria-labelledby")}`).toHaveText("Move to Qualified");
    expect(`#${dialog.getAttribute("aria-describedby")}`).toHaveText(/Printers/);
    expect(queryOne(".o_winerp_stage_dialog input").labels).toHaveLength(1);
});

test("fill in what is missing: fields and stage are written together, and the card lands", async () => {
    requirePhone();
    onRpc("crm.lead", "get_rainbowman_message", () => false);
    await mountView({ type: "kanban", resModel: "crm.lead", arch: KANBAN });
    await drop("Printers");
    expect.verifySteps(['save 1 {"stage_id":2}']);
    expect(".o_winerp_stage_dialog .modal-title").toHaveText("Move to Qualified");
    expect(".o_winerp_stage_dialog .o_field_widget").toHaveCount(1);
    expect(".o_winerp_stage_dialog input").toBeFocused();
    await contains(".o_winerp_save").click();
    expect(".o_winerp_stage_dialog .o_field_widget[name=phone]").toHaveClass("o_field_invalid");
    expect.verifySteps([]);
    await contains(".o_winerp_stage_dialog input").edit("0912", { confirm: false });
    await press("Enter");
    await animationFrame();
    await animationFrame();
    expect.verifySteps(['save 1 {"stage_id":2,"phone":"0912"}']);
    expect(".o_dialog").toHaveCount(0);
    expect(queryAllTexts(".o_kanban_group:eq(1) .o_kanban_record")).toEqual(["Chairs", "Printers"]);
});

test("discard: the card goes back, without an error dialog", async () => {
    expect.errors(1);
    requirePhone();
    await mountView({ type: "kanban", resModel: "crm.lead", arch: KANBAN });
    await drop("Printers");
    await contains(".o_winerp_discard").click();
    await animationFrame();
    expect.verifySteps(['save 1 {"stage_id":2}']);
    expect.verifyErrors(["Refused"]);
    expect(".o_dialog").toHaveCount(0);
    expect(".o_kanban_group:eq(0) .o_kanban_record:contains(Printers)").toHaveCount(1);
    expect(".o_kanban_group:eq(1) .o_kanban_record").toHaveCount(1);
});

const stageButton = (name) => `.o_statusbar_status .o_arrow_button:contains(${name})`;
const input = (name) => `.o_form_view .o_field_widget[name=${name}] input`;
const type = (name, value, options) => contains(input(name)).edit(value, options);

async function openForm() {
    onRpc("crm.lead", "get_rainbowman_message", () => false);
    await mountView({ type: "form", resModel: "crm.lead", resId: 1, arch: FORM });
}

test("status bar: after discarding, the form is as it was", async () => {
    expect.errors(1);
    requirePhone();
    await openForm();
    await contains(stageButton("Qualified")).click();
    await contains(".o_winerp_discard").click();
    await animationFrame();
    expect.verifySteps(['save 1 {"stage_id":2,"revenue":40}']);
    expect.verifyErrors(["Refused"]);
    expect(stageButton("New")).toHaveClass("o_arrow_button_current");
    expect(".o_form_status_indicator_buttons").toHaveClass("invisible");
    expect(input("revenue")).toHaveValue("0.00");
});

test("status bar: after discarding, what was typed before is still there", async () => {
    expect.errors(1);
    requirePhone();
    await openForm();
    await type("name", "Laser printers");
    await type("revenue", "33", { confirm: false });
    await contains(stageButton("Qualified")).click();
    await contains(".o_winerp_discard").click();
    await animationFrame();
    expect.verifyErrors(["Refused"]);
    expect(stageButton("New")).toHaveClass("o_arrow_button_current");
    expect(input("name")).toHaveValue("Laser printers");
    expect(input("revenue")).toHaveValue("33.00");
    await contains(".o_form_button_save").click();
    expect.verifySteps([
        'save 1 {"name":"Laser printers","revenue":40,"stage_id":2}',
        'save 1 {"name":"Laser printers","revenue":33}',
    ]);
});

test("status bar: after discarding, tags that were typed are still there", async () => {
    expect.errors(1);
    requirePhone();
    await openForm();
    await contains(".o_field_widget[name=tag_ids] input").click();
    await contains(".o-autocomplete--dropdown-item:contains(Large)").click();
    await contains(stageButton("Qualified")).click();
    await contains(".o_winerp_discard").click();
    await animationFrame();
    expect.verifyErrors(["Refused"]);
    expect(stageButton("New")).toHaveClass("o_arrow_button_current");
    expect(".o_field_widget[name=tag_ids] .o_tag").toHaveText("Large");
    expect(input("revenue")).toHaveValue("0.00");
    await contains(".o_form_button_save").click();
    expect.verifySteps([
        'save 1 {"tag_ids":[[4,1]],"stage_id":2,"revenue":40}',
        'save 1 {"tag_ids":[[4,1]],"stage_id":1,"revenue":0}',
    ]);
});

for (const confirm of ["blur", false]) {
    const how = confirm ? "typed" : "being typed";
    test(`what is ${how} while a move is refused is still there after discarding`, async () => {
        expect.errors(1);
        const saving = new Deferred();
        onRpc("crm.lead", "web_save", async () => {
            await saving;
            throw refusal(PRINTERS, ["phone"]);
        });
        await openForm();
        await contains(stageButton("Qualified")).click();
        await type("name", "Laser printers", { confirm });
        saving.resolve();
        await contains(".o_winerp_discard").click();
        await animationFrame();
        expect.verifyErrors(["Refused"]);
        expect(stageButton("New")).toHaveClass("o_arrow_button_current");
        expect(input("name")).toHaveValue("Laser printers");
        expect(input("revenue")).toHaveValue("0.00");
        expect(".o_form_status_indicator_buttons").not.toHaveClass("invisible");
    });

    test(`what is ${how} while a move is saved is a change afterwards`, async () => {
        const saving = new Deferred();
        onRpc("crm.lead", "web_save", async ({ args: [, vals] }) => {
            expect.step(JSON.stringify(vals));
            await saving;
        });
        await openForm();
        await contains(stageButton("Qualified")).click();
        await type("name", "Laser printers", { confirm });
        saving.resolve();
        await animationFrame();
        await animationFrame();
        expect(input("name")).toHaveValue("Laser printers");
        await contains(".o_form_button_save").click();
        expect.verifySteps(['{"stage_id":2,"revenue":40}', '{"name":"Laser printers"}']);
    });
}

test("another refusal keeps what was typed and asks for what is missing now", async () => {
    onRpc("crm.lead", "web_save", ({ args: [, vals] }) => {
        expect.step(JSON.stringify(vals));
        if (!vals.phone) {
            throw refusal(PRINTERS, ["phone"]);
        }
        if (!vals.revenue) {
            throw refusal(PRINTERS, ["revenue"]);
        }
    });
    onRpc("crm.lead", "get_rainbowman_message", () => false);
    await mountView({ type: "kanban", resModel: "crm.lead", arch: KANBAN });
    await drop("Printers");
    await contains(".o_winerp_stage_dialog input").edit("0912", { confirm: false });
    await contains(".o_winerp_save").click();
    await animationFrame();
    expect(".o_winerp_stage_dialog .o_field_widget[name=revenue]").toHaveCount(1);
    expect(".o_winerp_stage_dialog [role=alert]").toHaveText("Still missing: revenue.");
    await contains(".o_winerp_stage_dialog input").edit("5", { confirm: false });
    await contains(".o_winerp_save").click();
    await animationFrame();
    expect.verifySteps([
        '{"stage_id":2}',
        '{"stage_id":2,"phone":"0912"}',
        '{"stage_id":2,"phone":"0912","revenue":5}',
    ]);
    expect(".o_dialog").toHaveCount(0);
});

test("override: only for those who may, and with a reason", async () => {
    onRpc("crm.lead", "web_save", ({ args: [ids, vals] }) => {
        if (vals.stage_id) {
            throw refusal(PRINTERS, ["phone"], { can_override: true });
        }
    });
    onRpc("crm.lead", "action_move_stage", ({ args }) => {
        expect.step(JSON.stringify(args));
        return true;
    });
    onRpc("crm.lead", "get_rainbowman_message", () => false);
    await mountView({ type: "kanban", resModel: "crm.lead", arch: KANBAN });
    await drop("Printers");
    await contains(".o_winerp_start_override").click();
    expect(".o_winerp_override").toHaveAttribute("disabled");
    await contains(".o_winerp_stage_dialog textarea").edit("A good customer", { confirm: false });
    await animationFrame();
    await contains(".o_winerp_override").click();
    await animationFrame();
    expect.verifySteps(['[[1],2,{},"A good customer"]']);
    expect(".o_dialog").toHaveCount(0);
});

test("approval: whom to ask is said, and what is asked for stays where it is", async () => {
    expect.errors(1);
    onRpc("crm.lead", "web_save", ({ args: [ids, vals] }) => {
        if (vals.stage_id) {
            throw refusal(PRINTERS, ["phone"], { can_request: true });
        }
    });
    onRpc("crm.lead", "get_stage_approval", () => ({ approvers: ["An", "Bình"], waiting: "" }));
    onRpc("crm.lead", "action_request_stage_move", ({ args }) => {
        expect.step(JSON.stringify(args));
        return 1;
    });
    await mountView({ type: "kanban", resModel: "crm.lead", arch: KANBAN });
    await drop("Printers");
    await contains(".o_winerp_start_override").click();
    expect(".o_winerp_approvers").toHaveText("Decided by: An, Bình");
    await contains(".o_winerp_stage_dialog textarea").edit("A good customer", { confirm: false });
    await animationFrame();
    await contains(".o_winerp_override").click();
    await animationFrame();
    expect.verifySteps(['[[1],2,{},"A good customer"]']);
    expect.verifyErrors(["Refused"]);
    expect(".o_dialog").toHaveCount(0);
    expect(".o_kanban_group:first .o_kanban_record:contains(Printers)").toHaveCount(1);
});

test("approval: not again while it is waited for", async () => {
    onRpc("crm.lead", "web_save", ({ args: [ids, vals] }) => {
        if (vals.stage_id) {
            throw refusal(PRINTERS, ["phone"], { can_request: true });
        }
    });
    onRpc("crm.lead", "get_stage_approval", () => ({ approvers: [], waiting: "Since yesterday" }));
    await mountView({ type: "kanban", resModel: "crm.lead", arch: KANBAN });
    await drop("Printers");
    await contains(".o_winerp_start_override").click();
    expect(".o_winerp_refused_request").toHaveText("Since yesterday");
    expect(".o_winerp_override").toHaveCount(0);
});

test("a warning offers to fill in what is missing", async () => {
    onRpc(
        "crm.lead",
        "get_stage_move_requirements",
        () => refusal(PRINTERS, ["phone"]).data.context
    );
    onRpc("crm.lead", "write", ({ args }) => {
        expect.step(JSON.stringify(args));
        return true;
    });
    await mountWithCleanup(WebClient);
    MockServer.env["bus.bus"]._sendone(serverState.partnerId, "winerp_crm_pipeline.stage_warning", {
        message: "Printers: Phone",
        leads: [{ id: 1, name: "Printers", stage_id: 2, missing: ["Phone"] }],
    });
    await contains(".o_notification button:contains(Fill In)").click();
    await contains(".o_winerp_stage_dialog input").edit("0912", { confirm: false });
    await contains(".o_winerp_save").click();
    await animationFrame();
    expect.verifySteps(['[[1],{"phone":"0912"}]']);
});
