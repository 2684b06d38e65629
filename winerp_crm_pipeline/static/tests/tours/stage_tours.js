import { registry } from "@web/core/registry";
import { user } from "@web/core/user";

const DIALOG = ".o_winerp_stage_dialog";

/** What the current language calls things: the tours run in both. */
const say = (english, vietnamese) => (user.lang.startsWith("vi") ? vietnamese : english);
const column = (name) => `.o_kanban_group:has(.o_column_title:contains("${name}"))`;
const card = (stage, name) => `${column(stage)} .o_kanban_record:contains("${name}")`;
const widget = (name) => `${DIALOG} .o_field_widget[name="${name}"]`;

const drop = (name, from, to) => ({
    content: `Drop ${name} into ${to}`,
    trigger: card(from, name),
    run: ({ drag_and_drop }) => drag_and_drop(column(to), { position: { top: 60, left: 60 }, relative: true }),
});
const fill = (name, value) => ({ trigger: `${widget(name)} input`, run: `edit ${value}` });
const save = { trigger: `${DIALOG} .o_winerp_save`, run: "click" };
const discard = { trigger: `${DIALOG} .o_winerp_discard`, run: "click" };
const gone = { trigger: `body:not(:has(.o_dialog))` };
const saved = { trigger: ".o_form_status_indicator_buttons.invisible:not(:visible)" };
const titled = (english, vietnamese) => ({
    content: "The dialog speaks the language of the user",
    trigger: `${DIALOG} .modal-title:contains("${say(english, vietnamese)}")`,
});
const current = (stage) => ({ trigger: `.o_statusbar_status .o_arrow_button_current:contains("${stage}")` });
const arrow = (stage) => ({
    trigger: `.o_statusbar_status .o_arrow_button:not(.dropdown-toggle):contains("${stage}")`,
    run: "click",
});

function add(name, steps) {
    registry.category("web_tour.tours").add(name, { steps });
}

add("winerp_stage_drop_fill", () => [
    drop("Printers", "Tour New", "Tour Qualified"),
    titled("Move to Tour Qualified", "Chuyển sang Tour Qualified"),
    {
        content: "Only what is missing is asked for, the first field has the focus",
        trigger: `${widget("expected_revenue")}:has(input:focus)`,
        run() {
            const names = [...document.querySelectorAll(`${DIALOG} .o_field_widget[name]`)].map((el) => el.getAttribute("name"));
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
    { content: "Something else is being edited", trigger: ".o_field_widget[name=name] textarea", run: "edit Laser printers" },
    arrow("Tour Qualified"),
    { trigger: DIALOG },
    discard,
    gone,
    { content: "The bar shows the stage it is in", ...current("Tour New") },
    { content: "What was typed is still there", trigger: ".o_form_status_indicator_buttons:not(.invisible)" },
    arrow("Tour Qualified"),
    fill("expected_revenue", "5000000"),
    fill("date_deadline", say("12/31/2030", "31/12/2030")),
    save,
    gone,
    current("Tour Qualified"),
    saved,
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
    titled("Required in Tour Qualified", "Bắt buộc ở Tour Qualified"),
    discard,
    gone,
    { trigger: ".o_form_button_cancel", run: "click" },
    saved,
]);
