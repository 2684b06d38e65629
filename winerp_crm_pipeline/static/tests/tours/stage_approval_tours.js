import { add, arrow, card, column, current, pick, say } from "./stage_tours";

const DIALOG = ".o_winerp_stage_dialog";
const BANNER = ".o_winerp_stage_request";
const WAITING = () => say("Waiting for approval", "Chờ duyệt");

const gone = { trigger: `body:not(:has(.o_dialog))` };
const waits = () => ({
    content: "The form says that it waits, and why",
    trigger: `${BANNER}:contains("${WAITING()}"):contains("Known for years")`,
});
const start = () => ({
    trigger: `${DIALOG} .o_winerp_start_override:contains("${say("Ask for Approval", "Đề nghị phê duyệt")}")`,
    run: "click",
});
const ask = () => [
    start(),
    {
        content: "Who decides is said",
        trigger: `${DIALOG} .o_winerp_approvers:contains("${say("Decided by", "Người duyệt")}")`,
    },
    { content: "No reason, no request", trigger: `${DIALOG} .o_winerp_override:disabled` },
    { trigger: `${DIALOG} textarea:focus`, run: "edit Known for years" },
    { trigger: `${DIALOG} .o_winerp_override:enabled`, run: "click" },
    gone,
    waits(),
];

add("winerp_approval_ask", () => [
    arrow("Tour Qualified"),
    {
        trigger: `${DIALOG} .o_field_widget[name=expected_revenue] input`,
        run: "edit 5000000",
    },
    ...ask(),
    { content: "It stays where it is", ...current("Tour New") },
    arrow("Tour Qualified"),
    start(),
    {
        content: "Once is enough",
        trigger: `${DIALOG} .o_winerp_refused_request:contains("${WAITING()}")`,
    },
    { trigger: `${DIALOG} .modal-footer:not(:has(.o_winerp_override))` },
    { trigger: `${DIALOG} .modal-footer .btn-secondary`, run: "click" },
    { trigger: `${DIALOG} .o_winerp_discard`, run: "click" },
    gone,
]);

add("winerp_approval_approve", () => [
    waits(),
    {
        trigger: `${BANNER} button[name=action_approve_request]:contains("${say("Approve", "Duyệt")}")`,
        run: "click",
    },
    current("Tour Qualified"),
    { trigger: `body:not(:has(${BANNER}))` },
]);

add("winerp_approval_chip", () => [
    {
        trigger: `.o_kanban_record:contains("Printers") .o_winerp_stage_chip:contains("${WAITING()}")`,
    },
]);

const refuseWith = (reason) => [
    {
        trigger: ".o_dialog .o_field_widget[name=reason] textarea",
        run: `edit ${reason}`,
    },
    { trigger: ".o_dialog .modal-footer button[name=action_refuse]", run: "click" },
    gone,
];

add("winerp_approval_report", () => [
    {
        content: "Reasons are there without a click",
        trigger: '.o_data_row:contains("Printers"):contains("Known for years")',
    },
    {
        trigger: '.o_data_row:contains("Printers") button[name=action_open_refuse]',
        run: "click",
    },
    ...refuseWith("Ask for the date"),
    { trigger: '.o_data_row:contains("Printers"):contains("Ask for the date")' },
]);

const statusBar = (stage) =>
    `.o_statusbar_status button.dropdown-toggle:visible:contains("${stage}")`;

add("winerp_approval_ask_phone", () => [
    { trigger: statusBar("Tour New"), run: "click" },
    { trigger: '.o-dropdown-item:contains("Tour Qualified")', run: "click" },
    ...ask(),
    { trigger: statusBar("Tour New") },
]);

add("winerp_approval_refuse_phone", () => [
    waits(),
    { trigger: `${BANNER} button[name=action_refuse_request]`, run: "click" },
    ...refuseWith("Ask for the date"),
    { trigger: `body:not(:has(${BANNER}))` },
    { trigger: statusBar("Tour New") },
]);

const reason = [
    { trigger: `${DIALOG} textarea:focus`, run: "edit Known for years" },
    { trigger: `${DIALOG} .o_winerp_override:enabled`, run: "click" },
    gone,
];

add("winerp_approval_several", () => [
    pick("Printers"),
    pick("Desks"),
    { trigger: '.o_data_row:contains("Desks") .o_data_cell[name=stage_id]', run: "click" },
    { trigger: ".o_selected_row .o_data_cell[name=stage_id] input", run: "edit Tour Qualified" },
    { trigger: '.o-autocomplete--dropdown-item:contains("Tour Qualified")', run: "click" },
    {
        trigger: `.o_dialog:not(:has(${DIALOG})) .modal-footer .btn-primary`,
        run: "click",
    },
    { trigger: `${DIALOG} tbody tr:contains("Desks") input`, run: "edit 5000000 && press Tab" },
    start(),
    {
        trigger: `${DIALOG} .o_winerp_approvers:contains("${say("Decided by", "Người duyệt")}")`,
    },
    ...reason,
    { trigger: '.o_data_row:contains("Desks") .o_data_cell[name=stage_id]:contains("Tour New")' },
]);

add("winerp_approval_quick_create", () => [
    { trigger: `${column("Tour Qualified")} .o_kanban_quick_add`, run: "click" },
    { trigger: ".o_kanban_quick_create .o_field_widget[name=name] input", run: "edit Shredders" },
    { trigger: ".o_kanban_quick_create .o_kanban_add", run: "click" },
    start(),
    ...reason,
    {
        content: "It is where the pipeline begins, and waits",
        trigger: `${card("Tour New", "Shredders")} .o_winerp_stage_chip:contains("${WAITING()}")`,
    },
    { trigger: `body:not(:has(${card("Tour Qualified", "Shredders")}))` },
]);

add("winerp_approval_new_form", () => [
    { trigger: ".o_field_widget[name=name] textarea", run: "edit Shredders" },
    arrow("Tour Qualified"),
    start(),
    ...reason,
    waits(),
    current("Tour New"),
]);

add("winerp_path", () => [
    arrow("Tour Quotation"),
    {
        content: "From where, in words",
        trigger: `${DIALOG} li:contains("${say("It may be entered only from", "Chỉ được vào từ")}"):contains("Tour Qualified")`,
    },
    {
        content: "Nothing to save",
        trigger: `${DIALOG} .modal-footer:not(:has(.o_winerp_save))`,
    },
    ...ask(),
    current("Tour New"),
]);
