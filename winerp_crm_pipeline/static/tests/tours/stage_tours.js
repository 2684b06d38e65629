import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { atMost, countFromHere } from "./request_count";

const DIALOG = ".o_winerp_stage_dialog";

/** What the current language calls things: the tours run in both. */
export const say = (english, vietnamese) => (user.lang.startsWith("vi") ? vietnamese : english);
export const column = (name) => `.o_kanban_group:has(.o_column_title:contains("${name}"))`;
export const card = (stage, name) => `${column(stage)} .o_kanban_record:contains("${name}")`;
const widget = (name) => `${DIALOG} .o_field_widget[name="${name}"]`;

const drop = (name, from, to) => ({
    content: `Drop ${name} into ${to}`,
    trigger: card(from, name),
    run: ({ drag_and_drop }) =>
        drag_and_drop(column(to), { position: { top: 60, left: 60 }, relative: true }),
});
const fill = (name, value) => ({ trigger: `${widget(name)} input`, run: `edit ${value}` });
const save = { trigger: `${DIALOG} .o_winerp_save`, run: "click" };
const discard = { trigger: `${DIALOG} .o_winerp_discard`, run: "click" };
const gone = { trigger: `body:not(:has(.o_dialog))` };
export const saved = { trigger: ".o_form_status_indicator_buttons.invisible:not(:visible)" };
const titled = (english, vietnamese) => ({
    content: "The dialog speaks the language of the user",
    trigger: `${DIALOG} .modal-title:contains("${say(english, vietnamese)}")`,
});
export const current = (stage) => ({
    trigger: `.o_statusbar_status .o_arrow_button_current:contains("${stage}")`,
});
export const arrow = (stage) => ({
    trigger: `.o_statusbar_status .o_arrow_button:not(.dropdown-toggle):contains("${stage}")`,
    run: "click",
});

export function add(name, steps) {
    registry.category("web_tour.tours").add(name, { steps });
}

add("winerp_stage_drop_fill", () => [
    { ...countFromHere, trigger: card("Tour New", "Printers") },
    drop("Printers", "Tour New", "Tour Qualified"),
    titled("Move to Tour Qualified", "Chuyển sang Tour Qualified"),
    {
        content: "Only what is missing is asked for, the first field has the focus",
        trigger: `${widget("expected_revenue")}:has(input:focus)`,
        run() {
            const names = [...document.querySelectorAll(`${DIALOG} .o_field_widget[name]`)].map(
                (el) => el.getAttribute("name")
            );
            if (names.join() !== "expected_revenue,date_deadline") {
                throw new Error(`Unexpected fields: ${names}`);
            }
        },
    },
    save,
    { content: "Zero is not filled in", trigger: `${widget("expected_revenue")}.o_field_invalid` },
    fill("expected_revenue", "5000000"),
    fill("date_deadline", say("12/31/2030", "31/12/2030")),
    { trigger: `${widget("date_deadline")} input`, run: "press Enter" },
    gone,
    { trigger: card("Tour Qualified", "Printers") },
    atMost(5),
]);

add("winerp_stage_drop_discard", () => [
    drop("Printers", "Tour New", "Tour Qualified"),
    { trigger: DIALOG, run: "press Escape" },
    gone,
    { content: "The card is back", trigger: card("Tour New", "Printers") },
    drop("Printers", "Tour New", "Tour Qualified"),
    discard,
    gone,
    { trigger: card("Tour New", "Printers") },
]);

add("winerp_stage_statusbar", () => [
    current("Tour New"),
    {
        content: "Something else is being edited",
        trigger: ".o_field_widget[name=name] textarea",
        run: "edit Laser printers",
    },
    arrow("Tour Qualified"),
    { trigger: DIALOG },
    {
        content: "A screen reader says what it is",
        trigger: `[role=dialog][aria-modal=true] ${DIALOG}`,
        run() {
            const dialog = document.querySelector(DIALOG).closest("[role=dialog]");
            const named = (attribute) =>
                document.getElementById(dialog.getAttribute(attribute))?.textContent;
            const texts = [named("aria-labelledby"), named("aria-describedby")];
            if (!texts[0].includes("Tour Qualified") || !texts[1].includes("Laser printers")) {
                throw new Error(`The dialog is announced as: ${texts}`);
            }
            for (const input of dialog.querySelectorAll(".o_field_widget input")) {
                if (!input.labels.length) {
                    throw new Error(`No label: ${input.outerHTML}`);
                }
            }
        },
    },
    discard,
    gone,
    {
        content: "The focus is back where it was",
        trigger: ".o_statusbar_status button:focus",
    },
    { content: "The bar shows the stage it is in", ...current("Tour New") },
    {
        content: "What was typed is still there",
        trigger: ".o_form_status_indicator_buttons:not(.invisible)",
    },
    arrow("Tour Qualified"),
    fill("expected_revenue", "5000000"),
    fill("date_deadline", say("12/31/2030", "31/12/2030")),
    save,
    gone,
    current("Tour Qualified"),
    saved,
]);

/** What a colleague does, or the same person in another window. */
const meanwhile = (stage) => ({
    content: "Moved meanwhile",
    trigger: "body",
    async run() {
        const orm = odoo.__WOWL_DEBUG__.root.env.services.orm;
        const [[leadId], [stageId]] = await Promise.all([
            orm.search("crm.lead", [["name", "=", "Printers"]]),
            orm.search("crm.stage", [["name", "=", stage]]),
        ]);
        await orm.call("crm.lead", "write", [[leadId], { stage_id: stageId }]);
    },
});
const answer = (english, vietnamese) => ({
    trigger: `.o_dialog .modal-footer button:contains("${say(english, vietnamese)}")`,
    run: "click",
});

add("winerp_stage_moved_meanwhile", () => [
    current("Tour New"),
    meanwhile("Tour Quotation"),
    arrow("Tour Qualified"),
    {
        content: "Who moved it where is said, before anything is written",
        trigger: `.o_dialog .modal-body:contains("“Printers”"):contains("“Tour Quotation”"):contains("${say("meanwhile", "trong lúc đó")}")`,
    },
    answer("Leave in Tour Quotation", "Để nguyên ở Tour Quotation"),
    gone,
    { content: "The bar shows where it is", ...current("Tour Quotation") },
    meanwhile("Tour New"),
    arrow("Tour Negotiation"),
    answer("Move to Tour Negotiation", "Chuyển sang Tour Negotiation"),
    gone,
    current("Tour Negotiation"),
    saved,
]);

add("winerp_stage_board", () => [
    { trigger: card("Tour New", "Printers") },
    meanwhile("Tour Quotation"),
    { content: "The card moves by itself", trigger: card("Tour Quotation", "Printers") },
]);

add("winerp_stage_won", () => [
    { trigger: "button[name=action_set_won_rainbowman]", run: "click" },
    titled("Move to Tour Won", "Chuyển sang Tour Won"),
    fill("phone", "0912345678"),
    save,
    gone,
    current("Tour Won"),
]);

add("winerp_stage_clear_required", () => [
    { trigger: ".o_field_widget[name=phone] input", run: "clear" },
    { trigger: ".o_form_button_save", run: "click" },
    {
        content: "The stage is named",
        ...titled("Required in Tour Qualified", "Bắt buộc ở Tour Qualified"),
    },
    {
        content: "The field, too, with what it was",
        trigger: `${widget("phone")} input[aria-required=true]:value(0912345678)`,
    },
    save,
    gone,
    saved,
    { trigger: ".o_field_widget[name=phone] input:value(0912345678)" },
]);

add("winerp_stage_quick_create", () => [
    { trigger: `${column("Tour Qualified")} .o_kanban_quick_add`, run: "click" },
    { trigger: ".o_kanban_quick_create .o_field_widget[name=name] input", run: "edit Shredders" },
    { trigger: ".o_kanban_quick_create .o_kanban_add", run: "click" },
    titled("New in Tour Qualified", "Tạo mới ở Tour Qualified"),
    discard,
    gone,
    {
        content: "What was typed is still there",
        trigger: ".o_kanban_quick_create .o_field_widget[name=name] input:value(Shredders)",
    },
    { trigger: ".o_kanban_quick_create .o_kanban_add", run: "click" },
    fill("expected_revenue", "5000000"),
    fill("date_deadline", say("12/31/2030", "31/12/2030")),
    save,
    gone,
    { trigger: card("Tour Qualified", "Shredders") },
]);

export const pick = (name) => ({
    trigger: `.o_data_row:contains("${name}") .o_list_record_selector input`,
    run: "click",
});

add("winerp_stage_multi_edit", () => [
    pick("Printers"),
    pick("Complete"),
    { trigger: '.o_data_row:contains("Complete") .o_data_cell[name=stage_id]', run: "click" },
    { trigger: ".o_selected_row .o_data_cell[name=stage_id] input", run: "edit Tour Qualified" },
    { trigger: '.o-autocomplete--dropdown-item:contains("Tour Qualified")', run: "click" },
    {
        trigger: ".o_dialog:not(:has(.o_winerp_stage_dialog)) .modal-footer .btn-primary",
        run: "click",
    },
    {
        content: "Only what lacks something has a row",
        trigger: `${DIALOG} tbody tr:contains("Printers")`,
        run() {
            if (document.querySelectorAll(`${DIALOG} tbody tr`).length !== 1) {
                throw new Error("Only what lacks something should be listed");
            }
        },
    },
    { content: "What is complete is saved at once", ...save },
    {
        trigger: `${DIALOG} [role=alert]:contains("${say("1 saved, 1 still to be filled in", "Đã lưu 1, còn 1 cần điền")}")`,
    },
    discard,
    gone,
    {
        trigger:
            '.o_data_row:contains("Complete") .o_data_cell[name=stage_id]:contains("Tour Qualified")',
    },
    {
        trigger:
            '.o_data_row:contains("Printers") .o_data_cell[name=stage_id]:contains("Tour New")',
    },
]);

const cell = (name, field) =>
    `${DIALOG} tbody tr:contains("${name}") td[data-name="${field}"] input`;
const key = (pressed) => ({ trigger: `${DIALOG} input:focus`, run: `press ${pressed}` });
const typed = (value) => ({ trigger: `${DIALOG} input:focus`, run: `edit ${value}` });

add("winerp_stage_grid_keyboard", () => [
    pick("Printers"),
    pick("Desks"),
    pick("Chairs"),
    pick("Lamps"),
    { trigger: '.o_data_row:contains("Desks") .o_data_cell[name=stage_id]', run: "click" },
    { trigger: ".o_selected_row .o_data_cell[name=stage_id] input", run: "edit Tour Qualified" },
    { trigger: '.o-autocomplete--dropdown-item:contains("Tour Qualified")', run: "click" },
    {
        trigger: ".o_dialog:not(:has(.o_winerp_stage_dialog)) .modal-footer .btn-primary",
        run: "click",
    },
    titled("Move to Tour Qualified", "Chuyển sang Tour Qualified"),
    {
        content: "A row for each, a column for each field, the first cell has the focus",
        trigger: `${DIALOG} tbody tr:nth-child(4)`,
        run() {
            const cells = [...document.querySelectorAll(`${DIALOG} tbody input`)];
            const names = [...document.querySelectorAll(`${DIALOG} tbody tr:first-child td`)].map(
                (td) => td.dataset.name
            );
            const focused = cells.indexOf(document.activeElement);
            if (cells.length !== 8 || focused !== 0 || names.join() !== "expected_revenue,phone") {
                throw new Error(`${cells.length} cells, ${focused} has the focus, of ${names}`);
            }
            if (!cells.every((input) => input.ariaRequired === "true" && input.ariaLabel)) {
                throw new Error("A screen reader should say which cell it is");
            }
        },
    },
    typed("1000000"),
    key("Tab"),
    typed("0912345671"),
    key("ArrowDown"),
    typed("0912345672"),
    key("ArrowDown"),
    typed("0912345673"),
    key("Enter"),
    {
        trigger: `${DIALOG} [role=alert]:contains("${say("1 saved, 3 still to be filled in", "Đã lưu 1, còn 3 cần điền")}")`,
    },
    {
        content: "What was typed is still there",
        trigger: `${DIALOG} tbody tr:nth-child(2) td[data-name=phone] input:value(0912345673)`,
    },
    {
        content: "The same for all",
        trigger: `${DIALOG} .o_winerp_grid_common td[data-name=expected_revenue] input`,
        run: "edit 2000000",
    },
    {
        trigger: `${DIALOG} .o_winerp_grid_common td[data-name=expected_revenue] input`,
        run: "press Tab",
    },
    {
        trigger: `${DIALOG} tbody tr:nth-child(3) td[data-name=expected_revenue] input:value(/^2.000.000/)`,
    },
    {
        trigger: `${DIALOG} tbody tr:nth-child(3) td[data-name=phone] input`,
        run: "edit 0912345674",
    },
    { trigger: `${DIALOG} tbody tr:nth-child(3) td[data-name=phone] input`, run: "press Enter" },
    gone,
    ...["Printers", "Desks", "Chairs", "Lamps"].map((name) => ({
        trigger: `.o_data_row:contains("${name}") .o_data_cell[name=stage_id]:contains("Tour Qualified")`,
    })),
]);

add("winerp_stage_worklist", () => [
    {
        content: "It is unfolded, and says what is missing",
        trigger: `.o_data_row:contains("Printers") .o_data_cell[name=missing_requirement_ids]:contains("${say("Phone", "Điện thoại")}")`,
    },
    pick("Printers"),
    pick("Desks"),
    {
        trigger:
            ".o_list_buttons button[name=action_open_fill_in], .o_control_panel button[name=action_open_fill_in]",
        run: "click",
    },
    titled("Fill In What Is Missing", "Điền thông tin còn thiếu"),
    { trigger: cell("Printers", "phone"), run: "edit 0912345671" },
    { trigger: cell("Desks", "phone"), run: "edit 0912345672" },
    save,
    gone,
    { content: "Nothing is left", trigger: ".o_view_nocontent" },
]);

add("winerp_stage_worklist_phone", () => [
    {
        content: "Cards say what is to be filled in",
        trigger: `.o_kanban_record:contains("Printers"):contains("${say("To fill in", "Cần điền")}")`,
    },
    {
        trigger: '.o_kanban_record:contains("Printers") button[name=action_open_fill_in]',
        run: "click",
    },
    { trigger: `.o_modal_full ${DIALOG}` },
    fill("phone", "0912345671"),
    save,
    gone,
    { trigger: '.o_kanban_view:not(:has(.o_kanban_record:contains("Printers")))' },
]);

add("winerp_stage_override", () => [
    arrow("Tour Qualified"),
    { trigger: `${DIALOG} .o_winerp_start_override`, run: "click" },
    { content: "No reason, no override", trigger: `${DIALOG} .o_winerp_override:disabled` },
    { trigger: `${DIALOG} textarea:focus`, run: "edit Known for years" },
    { trigger: `${DIALOG} .o_winerp_override:enabled`, run: "click" },
    gone,
    current("Tour Qualified"),
]);

add("winerp_stage_condition", () => [
    arrow("Tour Qualified"),
    { trigger: `${DIALOG} li:contains("A meeting") .fa-ellipsis-h` },
    { trigger: `${DIALOG} li:contains("A meeting") button`, run: "click" },
    { trigger: ".o_dialog:not(.o_inactive_modal) .o_form_view .o_field_widget[name=name]" },
    { trigger: ".o_dialog:not(.o_inactive_modal) .o_form_button_save", run: "click" },
    { content: "It is met now", trigger: `${DIALOG} li:contains("A meeting") .fa-check` },
    save,
    gone,
    current("Tour Qualified"),
]);

const option = (name) => ({
    trigger: `.o-autocomplete--dropdown-item:contains("${name}")`,
    run: "click",
});

// The customer has another phone than the opportunity, and no tax code.
add("winerp_stage_customer", () => [
    arrow("Tour Qualified"),
    {
        content: "What is the customer's is asked for here",
        trigger: `${widget("customer_vat")} input[aria-required=true]`,
    },
    { trigger: `${widget("partner_id")} input`, run: "edit Tour Customer" },
    option("Tour Customer"),
    {
        content:
            "Choosing the customer does not replace what was entered, and says what saving does",
        trigger: `${DIALOG} .o_winerp_customer_update:contains("${say("the phone number of the customer", "số điện thoại của khách hàng")}")`,
    },
    { trigger: `${widget("phone")} input:value(0912345678)` },
    fill("customer_vat", "0100109106"),
    {
        content: "An activity is scheduled as everywhere",
        trigger: `${DIALOG} li:contains("A next step") button:contains("${say("Schedule Activity", "Lên lịch hoạt động")}")`,
        run: "click",
    },
    {
        trigger:
            ".o_mail_activity_schedule_wizard, .o_dialog:not(.o_inactive_modal) .o_field_widget[name=activity_type_id]",
    },
    {
        trigger: ".o_dialog:not(.o_inactive_modal) button[name=action_schedule_activities]",
        run: "click",
    },
    { trigger: `${DIALOG} li:contains("A next step") .fa-check` },
    save,
    gone,
    current("Tour Qualified"),
    saved,
]);

const item = (name) => `.o_winerp_stage_checklist li:contains("${name}")`;

add("winerp_stage_checklist", () => [
    {
        trigger: `.o_winerp_stage_checklist:contains("${say("To go on to Tour Qualified", "Để sang Tour Qualified")}")`,
    },
    { content: "The field is on another tab", trigger: `${item("Referred")} button`, run: "click" },
    { trigger: ".o_field_widget[name=referred] input:focus", run: "edit A friend" },
    { trigger: ".o_field_widget[name=referred] input", run: "press Tab" },
    { content: "The list follows what is typed", trigger: `${item("Referred")}:not(:has(button))` },
    { trigger: `${item("Expected Revenue")} button`, run: "click" },
    { trigger: ".o_field_widget[name=expected_revenue] input:focus", run: "edit 5000000" },
    { trigger: ".o_field_widget[name=expected_revenue] input", run: "press Tab" },
    {
        content: "One line says that all is there",
        trigger: `.o_winerp_stage_checklist:contains("${say("Ready for Tour Qualified", "Đã đủ thông tin để sang Tour Qualified")}"):not(:has(li))`,
    },
    { trigger: ".o_form_button_save", run: "click" },
    saved,
    arrow("Tour Qualified"),
    current("Tour Qualified"),
    {
        content: "What the stage requires is marked",
        trigger: ".o_field_widget[name=expected_revenue].text-stage_required",
    },
    saved,
    { trigger: ".o_field_widget[name=expected_revenue] input", run: "edit 0" },
    { trigger: ".o_form_button_save", run: "click" },
    titled("Required in Tour Qualified", "Bắt buộc ở Tour Qualified"),
    {
        content: "What it was is offered",
        trigger: `${widget("expected_revenue")} input:value(/^5.000.000/)`,
    },
    save,
    gone,
    saved,
    {
        content: "And shown again",
        trigger: ".o_field_widget[name=expected_revenue] input:value(/^5.000.000/)",
    },
]);

add("winerp_stage_chip", () => [
    { trigger: `${card("Tour New", "Printers")} .o_winerp_stage_chip:contains("1/2")` },
    drop("Printers", "Tour New", "Tour Qualified"),
    fill("expected_revenue", "5000000"),
    save,
    gone,
    { trigger: `${card("Tour Qualified", "Printers")}:not(:has(.o_winerp_stage_chip))` },
]);

/** A long touch, then the way to the other column. */
async function dragByTouch({ anchor }) {
    const wait = (delay) => new Promise((resolve) => setTimeout(resolve, delay));
    const hoot = odoo.loader.modules.get("@odoo/hoot-dom"); // what moves the pointer in all tours
    const { drop: release, moveTo } = await hoot.drag(anchor);
    await wait(420); // as long as a touch must last to drag a card; longer would select it
    const options = { position: { top: 60, left: 60 }, relative: true };
    const target = hoot.queryFirst(column("Tour Qualified"));
    await moveTo(anchor, { position: { top: 30, left: 60 }, relative: true });
    await moveTo(target, options);
    await wait(50);
    await release(target, options);
}

const fillAll = () => [
    fill("expected_revenue", "5000000"),
    fill("date_deadline", say("12/31/2030", "31/12/2030")),
    save,
    gone,
];

add("winerp_stage_touch", () => [
    { trigger: card("Tour New", "Printers"), run: dragByTouch },
    ...fillAll(),
    { trigger: card("Tour Qualified", "Printers") },
]);

// On a phone Odoo has no cards to drag; the status bar is a list.
add("winerp_stage_phone", () => [
    { trigger: ".o_statusbar_status button.dropdown-toggle:visible", run: "click" },
    {
        trigger:
            '.o-dropdown-item:contains("Tour Qualified"), .o-bottom-sheet .o-dropdown-item:contains("Tour Qualified")',
        run: "click",
    },
    { content: "The dialog fills the screen", trigger: `.o_modal_full ${DIALOG}` },
    discard,
    gone,
    {
        trigger: '.o_statusbar_status button.dropdown-toggle:visible:contains("Tour New")',
        run: "click",
    },
    { trigger: '.o-dropdown-item:contains("Tour Qualified")', run: "click" },
    ...fillAll(),
    { trigger: '.o_statusbar_status button.dropdown-toggle:visible:contains("Tour Qualified")' },
]);

const group = (index) => `.o_kanban_group:nth-of-type(${index})`;
const dropInto = (name, index) => ({
    trigger: `.o_kanban_record:contains("${name}")`,
    run: ({ drag_and_drop }) =>
        drag_and_drop(group(index), { position: { top: 60, left: 60 }, relative: true }),
});

// The first column is of opportunities without a date of closing.
add("winerp_stage_forecast", () => [
    { trigger: `${group(2)} .o_kanban_record:contains("Printers")` },
    dropInto("Printers", 1),
    titled("Required in Tour New", "Bắt buộc ở Tour New"),
    discard,
    gone,
    {
        content: "The card is back",
        trigger: `${group(2)} .o_kanban_record:contains("Printers")`,
    },
    dropInto("Printers", 1),
    {
        content: "What it was is offered",
        trigger: `${widget("date_deadline")} input:not(:value(""))`,
    },
    save,
    gone,
    {
        content: "The card is where its date is",
        trigger: `${group(2)} .o_kanban_record:contains("Printers")`,
    },
]);

add("winerp_stage_widgets", () => [
    arrow("Tour Qualified"),
    {
        content: "Fields of the address are one block",
        trigger: `${DIALOG} .o_address_format:has([name=street]):has([name=city])`,
    },
    {
        content:
            "First: core's field of properties forgets what is being typed when an onchange returns",
        trigger: `${widget("lead_properties")} input`,
        run: "edit A103",
    },
    fill("street", "12 Lê Lợi"),
    fill("city", "Huế"),
    { trigger: `${widget("tag_ids")} input`, run: "edit Tour Tag" },
    { trigger: '.o-autocomplete--dropdown-item:contains("Tour Tag")', run: "click" },
    { trigger: `${widget("tag_ids")} .o_tag:contains("Tour Tag")` },
    { trigger: `${widget("priority")} .o_priority_star:eq(1)`, run: "click" },
    { trigger: `${widget("priority")} .o_priority_star:eq(1).fa-star` },
    save,
    gone,
    current("Tour Qualified"),
]);

const revenueCell = (name) => `.o_data_row:contains("${name}") .o_data_cell[name=expected_revenue]`;

add("winerp_stage_multi_edit_operator", () => [
    pick("Printers"),
    pick("Complete"),
    { trigger: revenueCell("Complete"), run: "click" },
    { trigger: ".o_selected_row [name=expected_revenue] input", run: "edit -=5" },
    { trigger: ".o_selected_row [name=expected_revenue] input", run: "press Enter" },
    {
        trigger: ".o_dialog:not(:has(.o_winerp_stage_dialog)) .modal-footer .btn-primary",
        run: "click",
    },
    { content: "What became zero", trigger: `${DIALOG} tbody tr:contains("Printers")` },
    {
        content: "What it was is offered",
        trigger: `${DIALOG} tbody tr:contains("Printers") td[data-name=expected_revenue] input:value(/^5/)`,
    },
    save,
    gone,
    { trigger: `${revenueCell("Complete")}:contains("95")` },
    { trigger: `${revenueCell("Printers")}:contains("5")` },
]);

add("winerp_stage_override_create", () => [
    { trigger: `${column("Tour Qualified")} .o_kanban_quick_add`, run: "click" },
    { trigger: ".o_kanban_quick_create .o_field_widget[name=name] input", run: "edit Shredders" },
    { trigger: ".o_kanban_quick_create .o_kanban_add", run: "click" },
    { trigger: `${DIALOG} .o_winerp_start_override`, run: "click" },
    { trigger: `${DIALOG} textarea:focus`, run: "edit Known for years" },
    { trigger: `${DIALOG} .o_winerp_override:enabled`, run: "click" },
    gone,
    { trigger: card("Tour Qualified", "Shredders") },
]);

add("winerp_stage_new_form", () => [
    { trigger: ".o_field_widget[name=name] textarea", run: "edit Shredders" },
    { content: "The status bar saves", ...arrow("Tour Qualified") },
    {
        content: "What the stage requires is marked behind the dialog",
        trigger: ".o_field_widget[name=expected_revenue].text-stage_required",
    },
    titled("New in Tour Qualified", "Tạo mới ở Tour Qualified"),
    {
        trigger: `${DIALOG} .o_winerp_start_override:contains("${say("Create Anyway", "Vẫn tạo")}")`,
        run: "click",
    },
    { trigger: `${DIALOG} textarea:focus`, run: "edit Known for years" },
    { trigger: `${DIALOG} .o_winerp_override:enabled`, run: "click" },
    gone,
    saved,
    current("Tour Qualified"),
]);

const requirementRow = (name) =>
    `.o_field_widget[name=requirement_ids] .o_data_row:contains("${name}")`;

add("winerp_stage_order", () => [
    {
        trigger: `${requirementRow(say("Phone", "Điện thoại"))} .o_row_handle`,
        run: ({ drag_and_drop }) =>
            drag_and_drop(requirementRow(say("Referred", "Giới thiệu")), {
                position: "top",
                relative: true,
            }),
    },
    { trigger: `.o_data_row:first:contains("${say("Phone", "Điện thoại")}")` },
    { trigger: ".o_form_button_save", run: "click" },
    saved,
]);

add("winerp_stage_requirements_menu", () => [
    { trigger: `${column("Tour Qualified")} .o_kanban_header:first`, run: "hover" },
    {
        trigger: `${column("Tour Qualified")} .o_group_config button:not(:visible), ${column("Tour Qualified")} .o_group_config button`,
        run: "click",
    },
    { trigger: ".o-dropdown--menu .o_winerp_edit_requirements", run: "click" },
    { trigger: ".o_dialog .o_field_x2many_list_row_add a", run: "click" },
    { trigger: ".o_dialog .o_field_widget[name=field_id] input", run: "click" },
    {
        trigger: ".o_dialog .o_field_widget[name=field_id] input",
        run: `edit ${say("Phone", "Điện thoại")}`,
    },
    { trigger: `.o_select_menu_item:contains("${say("Phone", "Điện thoại")}")`, run: "click" },
    { trigger: ".o_dialog .o_winerp_sentence:contains(/Phone|Điện thoại/)" },
    { trigger: ".o_dialog:last .o_form_button_save", run: "click" },
    { trigger: ".o_dialog .o_winerp_stage_preview", run: "click" },
    { trigger: `${widget("phone")} input` },
    { trigger: ".o_dialog:has(.o_winerp_stage_dialog) .modal-footer .btn-primary", run: "click" },
    { trigger: ".o_dialog .o_form_button_save", run: "click" },
    gone,
]);
