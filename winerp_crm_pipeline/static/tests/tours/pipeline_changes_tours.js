import { add, say } from "@winerp_crm_pipeline/../tests/tours/stage_tours";

const row = (step) => `.o_winerp_steps tr[data-step=${step}]`;
/** A step has so many opportunities. */
const count = (step, number) => ({
    content: `${number} of ${step}`,
    trigger: `${row(step)} td:nth-child(2):text(${number})`,
});
const pressed = (preset) => ({ trigger: `button[data-preset=${preset}][aria-pressed=true]` });
const choose = (preset) => ({ trigger: `button[data-preset=${preset}]`, run: "click" });
const open = (step) => ({ trigger: `${row(step)} button`, run: "click" });
const back = { trigger: ".o_back_button, .breadcrumb-item a", run: "click" };
const title = (english, vietnamese) => ({
    trigger: `.o_breadcrumb .active:contains("${say(english, vietnamese)}")`,
});
const addsUp = {
    content: "The sum is shown to add up",
    trigger: ".o_winerp_sum.text-muted:has(.fa-check)",
};
const listed = (name) => ({
    content: `Only ${name} is listed`,
    trigger: `.o_list_view:not(:has(.o_data_row:nth-child(2))) .o_data_row:contains("${name}")`,
});
const THIS_WEEK = [
    count("opening", 2),
    count("new", 1),
    count("raised", 1),
    count("won", 1),
    count("closing", 2),
    addsUp,
];

add("winerp_pipeline_changes", () => [
    pressed("week"),
    ...THIS_WEEK,
    {
        content: "Amounts are written shortly, in the way of the language",
        trigger: `.o_winerp_column[data-step=raised] .o_winerp_amount:contains("${say(
            "30",
            "30 tr"
        )}")`,
    },
    choose("last_month"),
    pressed("last_month"),
    count("new", 0),
    count("closing", 2),
    addsUp,
    choose("month"),
    pressed("month"),
    ...THIS_WEEK,
    open("raised"),
    title("Raised", "Tăng giá trị"),
    listed("Raised deal"),
    {
        content: "By how much it was raised",
        trigger: `.o_data_row .o_data_cell[name=revenue_change]:contains("30${say(",", ".")}000")`,
    },
    back,
    { content: "The period is as it was", ...pressed("month") },
    {
        content: "A column of the drawing opens the same",
        trigger: ".o_winerp_column[data-step=won]",
        run: "click",
    },
    listed("Won deal"),
    { trigger: ".o_data_row .o_data_cell[name=stage_id]", run: "click" },
    { trigger: ".o_form_view .o_notebook a[name=story]", run: "click" },
    {
        content: "It stayed a hundred days where it began, and was won",
        trigger: `.o_winerp_chapter:first-child:contains("Tour New"):contains("100"):contains("${say(
            "Won",
            "Thắng lợi"
        )}")`,
    },
    { trigger: ".o_winerp_chapter_won:contains('Tour Won')" },
    { trigger: `.breadcrumb-item a:contains("${say("Won", "Thắng lợi")}")`, run: "click" },
    listed("Won deal"),
    back,
    ...THIS_WEEK,
    {
        content: "Any past day",
        trigger: "#o_winerp_day",
        run: `edit ${say("01/01/2020", "01/01/2020")} && press Enter`,
    },
    { trigger: ".o_winerp_open_day", run: "click" },
    title("Pipeline on", "Phễu bán hàng ngày"),
    { trigger: ".o_view_nocontent, .o_list_view:not(:has(.o_data_row))" },
]);

add("winerp_pipeline_changes_menu", () => [
    {
        trigger: `.o_menu_sections button:contains("${say("Reporting", "Báo cáo")}")`,
        run: "click",
    },
    {
        trigger: `.dropdown-item:contains("${say("Pipeline Changes", "Biến động phễu")}")`,
        run: "click",
    },
    pressed("week"),
    { content: "A filter narrows it", trigger: ".o_searchview_dropdown_toggler", run: "click" },
    {
        trigger: `.o-dropdown-item:contains("${say("My Opportunities", "Cơ hội của tôi")}")`,
        run: "click",
    },
    { trigger: ".o_view_nocontent" },
]);

add("winerp_pipeline_changes_phone", () => [
    ...THIS_WEEK,
    {
        content: "On a phone the table has the bars",
        trigger: `${row("new")} .o_winerp_track:visible`,
    },
    open("new"),
    { trigger: `.o_kanban_record:only-of-type:contains("New deal")` },
    back,
    choose("last_month"),
    count("new", 0),
]);

add("winerp_requirement_worth", () => [
    { trigger: ".o_winerp_ask_worth", run: "click" },
    {
        content: "Of what was decided, one lacked it, and was won",
        trigger: ".o_winerp_worth tr[data-group=lacking]:contains('100 %')",
    },
    {
        trigger: ".o_winerp_worth tr[data-group=lacking] td:nth-child(2) button:text(1)",
        run: "click",
    },
    listed("Won deal"),
    { trigger: `.breadcrumb-item a:contains("Tour Qualified")`, run: "click" },
    { trigger: ".o_winerp_ask_worth" },
]);
