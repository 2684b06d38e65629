import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { expect, test } from "@odoo/hoot";
import { advanceTime, animationFrame } from "@odoo/hoot-mock";
import {
    defineModels,
    fields,
    MockServer,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { POLL_DELAY } from "@winerp_crm_pipeline/stage_settings/stage_probability_progress";

class Stage extends models.Model {
    _name = "crm.stage";
    name = fields.Char();
    waiting_lead_count = fields.Integer();
    _records = [{ id: 1, name: "Qualified", waiting_lead_count: 4000 }];
}

defineMailModels();
defineModels([Stage]);

const ARCH = `
    <form>
        <field name="name"/>
        <field name="waiting_lead_count" invisible="1"/>
        <widget name="stage_probability_progress" invisible="not waiting_lead_count"/>
    </form>`;

test("follows the update in the background until it is done", async () => {
    const counts = [1000, 0];
    onRpc("crm.stage", "read", () => {
        const waiting_lead_count = counts.shift();
        MockServer.env["crm.stage"].write([1], { waiting_lead_count });
        expect.step(`read ${waiting_lead_count}`);
    });
    await mountView({ type: "form", resModel: "crm.stage", resId: 1, arch: ARCH });
    expect(".o_winerp_probability_progress b").toHaveText("4000");
    expect("[role=progressbar]").toHaveAttribute("aria-valuenow", "0");

    await advanceTime(POLL_DELAY);
    await animationFrame();
    expect(".o_winerp_probability_progress b").toHaveText("1000");
    expect("[role=progressbar]").toHaveAttribute("aria-valuenow", "75");

    await advanceTime(POLL_DELAY);
    await animationFrame();
    expect(".o_winerp_probability_progress").toHaveCount(0);

    await advanceTime(3 * POLL_DELAY);
    expect.verifySteps(["read 1000", "read 0"]);
});
