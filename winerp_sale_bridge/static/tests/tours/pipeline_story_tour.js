import { registry } from "@web/core/registry";

const DIALOG = ".o_winerp_stage_dialog";
const currentStage = (name) => ({
    trigger: `.o_statusbar_status .o_arrow_button_current:contains("${name}")`,
});
const autocomplete = (name) => `.o-autocomplete--dropdown-menu .dropdown-item:contains("${name}")`;

const addProduct = (name) => [
    { trigger: "a:contains(Thêm sản phẩm)", run: "click" },
    {
        trigger: "div[name=product_template_id] input, div[name=product_id] input",
        run: `edit ${name}`,
    },
    { trigger: autocomplete(name), run: "click" },
    { trigger: `.o_data_row:contains("2.500.000")` },
    { content: "Leave the line", trigger: "a[name=order_lines]", run: "click" },
    { trigger: ".o_field_widget[name=order_line] table:not(:has(.o_selected_row))" },
];

/** What a Vietnamese salesperson does from an e-mail to an order; tests/test_story.py prepares and looks at the result. */
registry.category("web_tour.tours").add("winerp_story_from_email_to_order", {
    steps: () => [
        {
            content: "The e-mail is a lead",
            trigger: ".o_data_row .o_data_cell:contains(Báo giá 10 máy in)",
            run: "click",
        },
        {
            content: "Qualify it",
            trigger: ".o_statusbar_buttons button:contains(Chuyển đổi thành cơ hội)",
            run: "click",
        },
        { trigger: ".modal input[type=radio][data-value=create]", run: "click" },
        { trigger: ".modal .o_field_widget[name=user_id] input", run: "edit Hà Sao Việt" },
        { trigger: autocomplete("Hà Sao Việt"), run: "click" },
        { trigger: ".modal button[name=action_apply]", run: "click" },
        currentStage("Mới"),
        {
            content: "Move to Đã được thẩm định: stopped, and asked for what is missing",
            trigger: ".o_statusbar_status .o_arrow_button:contains(Đã được thẩm định)",
            run: "click",
        },
        { trigger: `${DIALOG} .o_field_widget[name=expected_revenue] input`, run: "edit 25000000" },
        { trigger: `${DIALOG} .o_field_widget[name=date_deadline] input`, run: "edit 31/12/2030" },
        { trigger: `${DIALOG} .o_winerp_save`, run: "click" },
        currentStage("Đã được thẩm định"),
        {
            content: "The probability is the one of the stage",
            trigger: ".o_field_widget[name=probability] input:value(30)",
        },
        { content: "Quote", trigger: "button[name=action_sale_quotations_new]", run: "click" },
        { trigger: ".o_field_widget[name=partner_id] input:value(Nguyễn Văn An)" },
        ...addProduct("Máy in laser"),
        { trigger: "button[name=action_quotation_send]:not(.d-none)", run: "click" },
        {
            content: "Send it by e-mail",
            trigger: ".modal .o_mail_send, .modal button[name=action_send_mail]",
            run: "click",
        },
        { trigger: ".o_statusbar_status .o_arrow_button_current:contains(Báo giá đã gửi)" },
        {
            content: "Back to the opportunity",
            trigger: ".breadcrumb-item:contains(Báo giá 10 máy in) a",
            run: "click",
        },
        { trigger: "button[name=action_set_won_rainbowman]", run: "click" },
        currentStage("Thắng lợi"),
        {
            content: "Make the order",
            trigger: "button[name=action_convert_to_orders]",
            run: "click",
        },
        { trigger: ".modal .o_data_row:contains(Xác nhận báo giá)" },
        { trigger: ".modal-footer button[name=action_convert]", run: "click" },
        { trigger: ".o_statusbar_status .o_arrow_button_current:contains(Đơn bán hàng)" },
        {
            content: "It names the opportunity",
            trigger: ".o-mail-Message:contains(Báo giá 10 máy in)",
        },
    ],
});

registry.category("web_tour.tours").add("winerp_story_order_without_opportunity", {
    steps: () => [
        { trigger: ".o_list_button_add", run: "click" },
        { trigger: ".o_field_widget[name=partner_id] input", run: "edit Công ty Hồng Hà" },
        { trigger: autocomplete("Công ty Hồng Hà"), run: "click" },
        ...addProduct("Máy in laser"),
        { trigger: "button[name=action_confirm]:not(.d-none)", run: "click" },
        { trigger: ".o_statusbar_status .o_arrow_button_current:contains(Đơn bán hàng)" },
    ],
});
