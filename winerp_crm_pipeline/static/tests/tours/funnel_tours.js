import { add, say } from "./stage_tours";

const CHART = ".o_winerp_funnel_chart";
const TABLE = ".o_winerp_funnel_table";
const row = (stage) => `${TABLE} tr:has(th:contains("${stage}"))`;
const cell = (stage, measure) => `${row(stage)} td[data-measure=${measure}]`;
const title = (english, vietnamese) => ({
    content: "The list says what it shows",
    trigger: `.o_last_breadcrumb_item:contains("${say(english, vietnamese)}")`,
});
const listed = (count) => ({
    content: `${count} opportunities are listed`,
    trigger: `.o_list_view .o_data_row:nth-of-type(${count}):last-child, .o_list_view:has(.o_data_row:eq(${count - 1})):not(:has(.o_data_row:eq(${count})))`,
});
const back = { content: "Back", trigger: ".o_back_button, .breadcrumb-item:first a", run: "click" };
const bar = (index) => `${CHART} .o_winerp_funnel_bar:eq(${index})`;
const carded = (count) => ({
    content: `${count} cards, under each other`,
    trigger: `.o_kanban_view:not(:has(.o_kanban_group)):has(.o_kanban_record:not(.o_kanban_ghost):eq(${count - 1})):not(:has(.o_kanban_record:not(.o_kanban_ghost):eq(${count})))`,
});
const byPerson = [
    { trigger: ".o_searchview_dropdown_toggler", run: "click" },
    {
        trigger: `.o_group_by_menu .o_menu_item:contains("${say("Salesperson", "Nhân viên kinh doanh")}")`,
        run: "click",
    },
];
const notWider = {
    content: "Nothing is wider than the phone",
    trigger: ".o_winerp_funnel",
    run() {
        const wide = document.querySelector(".o_winerp_funnel").scrollWidth;
        if (wide > window.innerWidth) {
            throw new Error(`The funnel is ${wide} pixels wide`);
        }
    },
};
const chosen = (unit) => [
    { trigger: ".o_winerp_funnel_period", run: "click" },
    { trigger: `.dropdown-item[data-period=${unit}]`, run: "click" },
];

add("winerp_funnel_stuck", () => [
    { content: "All nine reached the second stage", trigger: `${bar(1)}:contains("9")` },
    {
        content: "Fewest go on from it",
        trigger: `${CHART} .o_winerp_funnel_weakest:contains("22%")`,
    },
    {
        content: "The table says it, too",
        trigger: `${cell("Quotation", "conversion")}:has([aria-label]):contains("22%")`,
    },
    { content: "One skipped it", trigger: `${cell("Quotation", "skipped")} button:contains("1")` },
    { content: "What is lost there", trigger: `${CHART} .o_winerp_funnel_lost`, run: "click" },
    title("Lost there: Qualified", "Thất bại tại đó: Qualified"),
    listed(1),
    { trigger: '.o_data_row:contains("Deal 1")' },
    back,
    {
        content: "What is stuck there, from the keyboard",
        trigger: `${cell("Qualified", "here")} button`,
        async run({ anchor, press }) {
            anchor.focus();
            await press("Enter");
        },
    },
    title("Still there: Qualified", "Đang ở lại: Qualified"),
    listed(6),
    back,
    { trigger: bar(2), run: "click" },
    title("Reached: Quotation", "Đã tới: Quotation"),
    listed(2),
]);

add("winerp_funnel_salespeople", () => [
    { trigger: CHART },
    ...byPerson,
    {
        content: "All, then who has most",
        trigger: `${CHART} .o_winerp_funnel_head:eq(1):contains("Tour An")`,
    },
    { trigger: `${CHART} .o_winerp_funnel_head:eq(2):contains("Tour Binh")` },
    {
        content: "One in five went on",
        trigger: `${CHART} .o_winerp_funnel_flow:eq(4) .o_winerp_funnel_conversion:contains("20%")`,
    },
    {
        content: "One in four",
        trigger: `${CHART} .o_winerp_funnel_flow:eq(5) .o_winerp_funnel_conversion:contains("25%")`,
    },
    { content: "Each has rows of figures", trigger: `${TABLE} tbody:eq(2):contains("Tour Binh")` },
    { trigger: bar(5), run: "click" },
    title("Reached: Qualified (Tour Binh)", "Đã tới: Qualified (Tour Binh)"),
    listed(4),
]);

add("winerp_funnel_periods", () => [
    { trigger: CHART },
    { trigger: ".o_winerp_funnel_compare", run: "click" },
    {
        content: "Nothing began before",
        trigger: `${row("Qualified")} td[data-measure=reached]:eq(1):contains("0")`,
    },
    ...chosen("month"),
    { trigger: ".o_winerp_funnel_earlier", run: "click" },
    { content: "Still compared with", trigger: ".o_winerp_funnel_compare.active" },
    {
        content: "A sentence says what to do",
        trigger: `.o_view_nocontent:contains("${say("Choose a longer period", "Chọn kỳ dài hơn")}")`,
    },
    ...chosen("all"),
    { content: "All time has nothing before it", trigger: `${bar(0)}:contains("9")` },
    { trigger: "body:not(:has(.o_winerp_funnel_compare))" },
]);

add("winerp_funnel_compared", () => [
    { trigger: `${bar(0)}:contains("9")` },
    { trigger: ".o_winerp_funnel_compare", run: "click" },
    {
        content: "Below each bar is a line, as wide as the period before",
        trigger: `${bar(1)} .o_winerp_funnel_before`,
        run({ anchor }) {
            const [now, before] = ["--share", "--share-before"].map((name) =>
                anchor.closest(".o_winerp_funnel_bar").style.getPropertyValue(name)
            );
            if (now !== "100%" || before !== "44.4%") {
                throw new Error(`Nine are ${now} wide, four are ${before}`);
            }
        },
    },
    {
        content: "Half of them went on, more than now",
        trigger: `${CHART} .o_winerp_funnel_flow:eq(1) .text-danger:contains("−28")`,
    },
    { trigger: `${cell("Quotation", "conversion")}:contains("22%")` },
    { trigger: `${row("Quotation")} td[data-measure=conversion]:eq(1):contains("50%")` },
    { content: "What the line is", trigger: ".o_winerp_funnel_sample_before" },
    {
        content: "Who went on before",
        trigger: `${row("Quotation")} td[data-measure=reached]:eq(1) button:contains("2")`,
        run: "click",
    },
    title("Reached: Quotation", "Đã tới: Quotation"),
    listed(2),
    { trigger: '.o_data_row:contains("Old 0")' },
    back,
    { content: "Still compared", trigger: ".o_winerp_funnel_compare.active" },
    ...byPerson,
    {
        content: "One of the two had nothing before",
        trigger: `${CHART} .o_winerp_funnel_head:eq(2):contains("Tour Binh"):contains("(${say("0 before", "kỳ trước 0")})")`,
    },
    {
        trigger: `${CHART} .o_winerp_funnel_head:eq(1):contains("Tour An"):contains("(${say("4 before", "kỳ trước 4")})")`,
    },
]);

add("winerp_funnel_phone", () => [
    { trigger: `${CHART} .o_winerp_funnel_weakest:contains("22%")` },
    notWider,
    { trigger: `${CHART} .o_winerp_funnel_lost`, run: "click" },
    {
        content: "A card says in which stage",
        trigger: '.o_kanban_record:contains("Deal 1"):contains("Qualified")',
    },
    carded(1),
    back,
    { trigger: bar(2), run: "click" },
    title("Reached: Quotation", "Đã tới: Quotation"),
    carded(2),
    { trigger: '.o_kanban_record:contains("Deal 0")', run: "click" },
    { trigger: ".o_form_view .o_field_widget[name=expected_revenue]" },
]);

add("winerp_funnel_phone_salespeople", () => [
    { trigger: CHART },
    { trigger: ".o_control_panel button:has(.fa-search)", run: "click" },
    ...byPerson,
    { trigger: `${CHART} .o_winerp_funnel_head:eq(1):contains("Tour An")` },
    { trigger: `${CHART} .o_winerp_funnel_head:eq(2):contains("Tour Binh")` },
    notWider,
    { trigger: bar(5), run: "click" },
    title("Reached: Qualified (Tour Binh)", "Đã tới: Qualified (Tour Binh)"),
    carded(4),
]);
