import { add, arrow, current, saved, say } from "@winerp_crm_pipeline/../tests/tours/stage_tours";

const source = (english, vietnamese) => ({
    content: `The form says: ${english}`,
    trigger: `.o_winerp_probability_source:visible:contains("${say(english, vietnamese)}")`,
});
const probability = (value) => ({
    trigger: `.o_field_widget[name=probability] input:value("${say(`${value}.00`, `${value},00`)}")`,
});
const enter = (value) => ({
    trigger: ".o_field_widget[name=probability] input",
    run: `edit ${value} && press Tab`,
});
const switchBack = "a[name=action_set_automated_probability]:visible";

add("winerp_probability_source", () => [
    source("Predicted", "Dự đoán"),
    { content: "Core explains its score", trigger: ".o_crm_pls_tooltip_button:visible" },
    arrow("Tour Qualified"),
    current("Tour Qualified"),
    probability(40),
    source("Set by the stage", "Theo giai đoạn"),
    { trigger: "body:not(:has(.o_crm_pls_tooltip_button:visible))" },
    enter(77),
    source("Set by hand", "Nhập thủ công"),
    {
        trigger: `${switchBack}:has(.fa-undo)`,
        run: "click",
    },
    probability(40),
    source("Set by the stage", "Theo giai đoạn"),
    enter(55),
    source("Set by hand", "Nhập thủ công"),
    { trigger: ".o_form_button_save:visible", run: "click" },
    saved,
]);

const change = ".o_winerp_probability_change:visible";

add("winerp_probability_of_stage", () => [
    { trigger: `.o_winerp_manual_leads:visible:contains("1")` },
    enter(45),
    { trigger: `${change} .o_field_widget[name=following_lead_count]:visible:contains("2")` },
    { trigger: `${change} .o_field_widget[name=manual_lead_count]:visible:contains("1")` },
    {
        trigger: `${change}:contains("${say(
            "that take the new probability when you save",
            "sẽ lấy xác suất mới khi bạn lưu"
        )}")`,
    },
    { trigger: ".o_form_button_save:visible", run: "click" },
    saved,
    { trigger: `body:not(:has(${change}))` },
    { trigger: "button[name=action_set_manual_probabilities]:visible", run: "click" },
    {
        content: "What is lost is said",
        trigger: `.modal-body:contains("${say("is lost", "sẽ mất")}")`,
    },
    { trigger: ".modal-footer .btn-primary", run: "click" },
    { trigger: "body:not(:has(.o_winerp_manual_leads:visible)):not(:has(.modal))" },
]);
