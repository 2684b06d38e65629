import { registry } from "@web/core/registry";

const openWizard = [
    { trigger: ".o_list_view thead .o_list_record_selector input", run: "click" },
    { trigger: ".o_control_panel button[name=action_convert_to_orders]", run: "click" },
];

registry.category("web_tour.tours").add("winerp_sale_bridge_difference", {
    steps: () => [
        ...openWizard,
        {
            content: "what the opportunity and what the quotation says differ, in words",
            trigger:
                ".o_field_widget[name=line_ids] .o_data_row:contains(cơ hội 68 triệu, báo giá 3 triệu)",
        },
        {
            content: "the amount of the order is taken",
            trigger:
                ".o_data_row:contains(báo giá 3 triệu) .o_field_widget[name=take_amount] input",
            run: "click",
        },
        { trigger: ".o_statusbar_buttons button[name=action_convert]", run: "click" },
        { trigger: "body:not(:has(.o_form_view)) .o_list_view .o_data_row:eq(1)" },
    ],
});

registry.category("web_tour.tours").add("winerp_sale_bridge_phone", {
    steps: () => [
        {
            content:
                "each opportunity is a card with its customer, its amount and what is to be said",
            trigger:
                ".o_field_widget[name=line_ids] .o_kanban_record:contains(Hoa Sen):contains(68.000.000):contains(3.000.000):contains(báo giá 3 triệu)",
            run: "click",
        },
        {
            content: "and opens what can be chosen",
            trigger: ".modal .o_form_view .o_field_widget[name=take_amount] input",
            run: "click",
        },
        { trigger: ".modal .o_form_button_save, .modal-footer .btn-primary", run: "click" },
        {
            content: "nothing is wider than the phone",
            trigger: "body:not(:has(.modal)) .o_form_view",
            run: () => {
                const { scrollWidth, clientWidth } = document.querySelector(".o_content");
                if (scrollWidth > clientWidth) {
                    throw new Error(`${scrollWidth} px on ${clientWidth}`);
                }
            },
        },
        { trigger: ".o_statusbar_buttons button[name=action_convert]", run: "click" },
        { trigger: "body:not(:has(.o_form_view)) .o_kanban_record:not(.o_kanban_ghost)" },
    ],
});

registry.category("web_tour.tours").add("winerp_sale_bridge_unfinished", {
    steps: () => [
        {
            content: "an interrupted run is found again",
            trigger: ".o_winerp_unfinished_orders button:contains(3)",
            run: "click",
        },
        {
            content: "it does not begin by itself",
            trigger: ".o_winerp_convert_progress .o_continue:contains(Tiếp tục (3))",
        },
        {
            trigger: ".o_winerp_convert_progress:has(.o_done:contains(2)) .o_continue",
            run: "click",
        },
        { trigger: ".alert-success:contains(Đã đặt hàng)" },
        { trigger: "body:not(:has(.o_winerp_unfinished_orders))" },
    ],
});
