import { add, saved, say } from "./stage_tours";

const DIALOG = ".o_dialog:last";
const addRequirement = {
    trigger: ".o_field_widget[name=requirement_ids] .o_field_x2many_list_row_add a",
    run: "click",
};
const closed = { trigger: "body:not(:has(.o_dialog))" };
const says = (english, vietnamese) => ({
    trigger: `${DIALOG} .o_winerp_sentence:contains("${say(english, vietnamese)}")`,
});
const listed = (english, vietnamese) => ({
    trigger: `.o_data_row .o_data_cell[name=sentence]:contains("${say(english, vietnamese)}")`,
});
const choose = (label) => [
    { trigger: `${DIALOG} .o_field_widget[name=field_id] input`, run: "click" },
    { trigger: `${DIALOG} .o_field_widget[name=field_id] input`, run: `edit ${label}` },
    { trigger: `.o_select_menu_item:contains("${label}")`, run: "click" },
];

/** The user's own example, and a rule with a condition for one team, by somebody who has never seen it. */
add("winerp_stage_desk", () => [
    { trigger: ".o_navbar_apps_menu button", run: "click" },
    { trigger: '.o_app[data-menu-xmlid="crm.crm_menu_root"]', run: "click" },
    { trigger: '.o_navbar [data-menu-xmlid="crm.crm_menu_config"]', run: "click" },
    { trigger: '[data-menu-xmlid="crm.menu_crm_lead_stage_act"]', run: "click" },
    { trigger: '.o_data_row:contains("Tour Qualified") .o_data_cell[name=name]', run: "click" },
    addRequirement,
    ...choose(say("Expected Revenue", "Doanh thu dự kiến")),
    says("Expected Revenue must be filled in. Blocks", "Phải có Doanh thu dự kiến. Chặn"),
    { trigger: `${DIALOG} .o_form_button_save_new`, run: "click" },
    { trigger: `${DIALOG} .modal-body:not(:has(.o_winerp_sentence))` },
    ...choose(say("Expected Closing", "Ngày đóng dự kiến")),
    says("Expected Closing must be filled in", "Phải có Ngày đóng dự kiến"),
    { trigger: `${DIALOG} .o_form_button_save`, run: "click" },
    closed,
    addRequirement,
    {
        trigger: `${DIALOG} .o_winerp_presets button:contains("${say("Meeting held", "Đã gặp khách hàng")}")`,
        run: "click",
    },
    says("A meeting must have been held", "Phải có một cuộc họp đã diễn ra"),
    {
        content: "What the salesperson reads is proposed",
        trigger: `${DIALOG} .o_field_widget[name=name] input[placeholder="${say(
            "A meeting that was held",
            "Một cuộc họp đã diễn ra"
        )}"]`,
    },
    {
        trigger: `${DIALOG} .o_field_widget[name=condition] .o_tree_editor_row > a`,
        run: "click",
    },
    {
        trigger: `${DIALOG} .o_field_widget[name=condition] .o_tree_editor_editor:nth-child(3) input`,
        run: "edit 100000000 && press Tab",
    },
    { trigger: `${DIALOG} .o_field_widget[name=team_ids] input`, run: "edit Tour North" },
    { trigger: '.o-autocomplete--dropdown-item:contains("Tour North")', run: "click" },
    says("When Expected Revenue is at least", "Khi Doanh thu dự kiến từ"),
    says(
        "a meeting must have been held. Blocks, also in later stages, for Tour North.",
        "phải có một cuộc họp đã diễn ra. Chặn, kể cả ở các giai đoạn sau, cho Tour North."
    ),
    { trigger: `${DIALOG} .o_form_button_save`, run: "click" },
    closed,
    listed("When Expected Revenue is at least", "Khi Doanh thu dự kiến từ"),
    { trigger: ".o_form_button_save", run: "click" },
    saved,
]);

/** Who lacks it, what a salesperson is asked, and a set that comes and goes, without leaving the stage. */
add("winerp_stage_desk_around", () => [
    { trigger: ".o_data_cell[name=lacking_count] .o_winerp_lacking", run: "click" },
    { trigger: `${DIALOG} .o_data_cell[name=name]:contains("Printers")`, run: "click" },
    { trigger: `${DIALOG} .o_form_view .o_field_widget[name=expected_revenue]` },
    { trigger: `${DIALOG} .o_form_button_cancel`, run: "click" },
    closed,
    { trigger: ".o_winerp_stage_preview", run: "click" },
    { trigger: `${DIALOG} .o_property_field:contains("Need")` },
    { trigger: `${DIALOG} .modal-body:not(:contains("Budget"))` },
    { trigger: `${DIALOG} .modal-footer .btn-primary`, run: "click" },
    closed,
    {
        content: "A requirement is looked at before it is saved",
        ...addRequirement,
    },
    ...choose(say("Expected Closing", "Ngày đóng dự kiến")),
    { trigger: `${DIALOG} .o_winerp_requirement_preview`, run: "click" },
    { trigger: ".o_winerp_stage_dialog .o_field_widget[name=date_deadline]" },
    { trigger: ".o_winerp_stage_dialog .modal-footer .btn-primary", run: "click" },
    { trigger: `${DIALOG} .o_winerp_lacking`, run: "click" },
    { trigger: `${DIALOG} .o_data_cell[name=name]:contains("Printers")` },
    { trigger: `${DIALOG} .o_form_button_cancel`, run: "click" },
    { trigger: `${DIALOG}:has(.o_winerp_requirement_preview) .o_form_button_cancel`, run: "click" },
    closed,
    { trigger: "button[name=action_open_requirement_sets]", run: "click" },
    {
        trigger: `${DIALOG} .o_kanban_record:contains("Zalo") button[name=action_add]`,
        run: "click",
    },
    closed,
    listed("Phone must be filled in", "Phải có Điện thoại"),
    { trigger: "button[name=action_open_requirement_sets]", run: "click" },
    {
        trigger: `${DIALOG} .o_kanban_record:contains("Zalo") button[name=action_remove]`,
        run: "click",
    },
    { trigger: `${DIALOG} .modal-footer .btn-primary`, run: "click" },
    {
        trigger: `body:not(:has(.o_dialog)):not(:has(.o_data_cell[name=sentence]:contains("${say(
            "Phone",
            "Điện thoại"
        )}")))`,
    },
]);
