import { describe, expect, test } from "@odoo/hoot";
import { isFilled } from "@winerp_crm_pipeline/stage_checklist/filled";
import { FILLED_CASES } from "./filled_cases";

describe.current.tags("headless");

test("values count as filled in as they do on the server", () => {
    for (const { type, name, value, filled } of FILLED_CASES) {
        expect([type, name, value, isFilled({ type, name }, value)]).toEqual([
            type,
            name,
            value,
            filled,
        ]);
    }
});

test("values as a form has them", () => {
    const isFormValueFilled = (type, value) => isFilled({ type }, value);
    expect(isFormValueFilled("many2one", { id: 1, display_name: "A" })).toBe(true);
    expect(isFormValueFilled("many2many", { currentIds: [] })).toBe(false);
    expect(isFormValueFilled("many2many", { currentIds: [1] })).toBe(true);
    expect(isFormValueFilled("properties", [{ value: false }, { value: [] }])).toBe(false);
    expect(isFormValueFilled("properties", [{ value: false }, { value: "A103" }])).toBe(true);
    expect(isFormValueFilled("html", new String("<p><br></p>"))).toBe(false); // markup is an object
});
