import { registry } from "@web/core/registry";

const DIALOG = ".o_winerp_stage_dialog";
const fillIn = [
    {
        trigger: `${DIALOG} .o_field_widget[name=date_deadline] input`,
        run: "edit 31/12/2030",
    },
    { trigger: `${DIALOG} .o_winerp_save`, run: "click" },
];

registry.category("web_tour.tours").add("winerp_sale_bridge_fill_in_and_order", {
    steps: () => [
        {
            content: "won and ordered in one motion",
            trigger:
                ".o_statusbar_buttons button[name=action_convert_to_orders]:contains(Chốt thắng & tạo đơn)",
            run: "click",
        },
        {
            content: "what is missing is asked for first; giving up changes nothing",
            trigger: `${DIALOG} .o_winerp_discard`,
            run: "click",
        },
        {
            trigger: `body:not(:has(${DIALOG})) .o_statusbar_buttons button[name=action_convert_to_orders]:contains(Chốt thắng)`,
            run: "click",
        },
        ...fillIn,
        {
            content: "then the wizard",
            trigger: `body:not(:has(${DIALOG})) .modal .o_data_row:contains(Đơn hàng mới)`,
        },
        {
            trigger: ".modal-footer button[name=action_convert]:contains(Tạo đơn bán hàng)",
            run: "click",
        },
        { trigger: ".o_statusbar_status button[aria-checked=true]:contains(Đơn bán hàng)" },
    ],
});

const NOTICE = ".o_notification:contains(Đã đặt hàng, nhưng cơ hội chưa thắng)";
const fillInAtOnce = [
    {
        trigger: `${NOTICE} .o_notification_buttons button:contains(Điền ngay)`,
        run: "click",
    },
    ...fillIn,
    { trigger: `body:not(:has(${DIALOG})):not(:has(${NOTICE}))` },
];

registry.category("web_tour.tours").add("winerp_sale_bridge_won_refused", {
    steps: () => [
        {
            content: "confirm a quotation whose opportunity lacks something",
            trigger: ".o_statusbar_buttons button[name=action_confirm]:not(.d-none)",
            run: "click",
        },
        {
            content: "the order is confirmed, and what is missing is said at once",
            trigger: ".o_statusbar_status button[aria-checked=true]:contains(Đơn bán hàng)",
        },
        ...fillInAtOnce,
        {
            content: "the order names its opportunity",
            trigger:
                "div[name=partner_id], .o_form_view .o_field_widget[name=opportunity_id] input:value(Cơ hội)",
        },
    ],
});

registry.category("web_tour.tours").add("winerp_sale_bridge_linked_refused", {
    steps: () => [
        {
            content: "link what is ordered already to an opportunity that lacks something",
            trigger: "button[name=action_link_opportunity]:contains(Liên kết với đơn này)",
            run: "click",
        },
        ...fillInAtOnce,
        {
            content: "they are linked: there is nothing to choose any more",
            trigger: ".o_form_view:not(:has(button[name=action_link_opportunity]:visible))",
        },
    ],
});
