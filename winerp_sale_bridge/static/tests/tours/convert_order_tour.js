import { registry } from "@web/core/registry";
import { atMost, countFromHere } from "@winerp_crm_pipeline/../tests/tours/request_count";

registry.category("web_tour.tours").add("winerp_sale_bridge_convert_one", {
    steps: () => [
        { ...countFromHere, trigger: ".o_statusbar_buttons button[name=action_convert_to_orders]" },
        {
            content: "make an order of the won opportunity",
            trigger:
                ".o_statusbar_buttons button[name=action_convert_to_orders]:contains(Tạo đơn bán hàng)",
            run: "click",
        },
        {
            content: "see what will happen, and with which new customer",
            trigger:
                ".modal .o_data_row:contains(Đơn hàng mới):contains(Tạo mới: Công ty CP Ánh Dương)",
        },
        {
            trigger: ".modal-footer button[name=action_convert]:contains(Tạo đơn bán hàng)",
            run: "click",
        },
        {
            content: "the order is open and confirmed",
            trigger:
                ".o_form_view .o_field_widget[name=partner_id] input:value(Lê Văn Dũng), .o_form_view .o_field_widget[name=partner_id]:contains(Lê Văn Dũng)",
        },
        {
            trigger: ".o_statusbar_status button[aria-checked=true]:contains(Đơn bán hàng)",
        },
        atMost(6),
    ],
});

registry.category("web_tour.tours").add("winerp_sale_bridge_convert_twenty", {
    steps: () => [
        {
            trigger: ".o_list_view thead .o_list_record_selector input",
            run: "click",
        },
        { ...countFromHere, trigger: ".o_control_panel button[name=action_convert_to_orders]" },
        {
            trigger: ".o_control_panel button[name=action_convert_to_orders]",
            run: "click",
        },
        {
            trigger: ".o_statusbar_buttons button[name=action_convert]",
            run: "click",
        },
        { trigger: ".o_list_view:not(:has(.o_form_view)) .o_data_row:eq(19)" },
        atMost(6),
    ],
});

const openWizard = {
    trigger:
        ".o_statusbar_buttons button[name=action_convert_to_orders]:contains(Tạo đơn bán hàng)",
    run: "click",
};
const createOrder = {
    trigger: ".modal-footer button[name=action_convert]:contains(Tạo đơn bán hàng)",
    run: "click",
};
const confirmedOrder = {
    trigger: ".o_statusbar_status button[aria-checked=true]:contains(Đơn bán hàng)",
};

registry.category("web_tour.tours").add("winerp_sale_bridge_convert_quoted", {
    steps: () => [
        openWizard,
        {
            content: "the quotation that the customer has in hand is proposed",
            trigger: ".modal .o_data_row:contains(Xác nhận báo giá)",
        },
        {
            content: "there is no reason to give before something is cancelled",
            trigger: ".modal:not(:has(.o_field_widget[name=cancel_reason]))",
        },
        {
            trigger: ".modal .o_field_widget[name=cancel_others] input",
            run: "click",
        },
        {
            content: "a reason is proposed; the salesperson writes another one",
            trigger: ".modal .o_field_widget[name=cancel_reason] textarea",
            run: "edit Khách chọn máy công suất lớn hơn",
        },
        createOrder,
        confirmedOrder,
    ],
});

registry.category("web_tour.tours").add("winerp_sale_bridge_convert_matched", {
    steps: () => [
        openWizard,
        {
            content: "the customer is found by the tax code, however it is written",
            trigger:
                ".modal .o_data_row:contains(Đơn hàng mới):contains(Hoa Sen):contains(Tìm thấy nhờ: mã số thuế)",
        },
        createOrder,
        confirmedOrder,
    ],
});

registry.category("web_tour.tours").add("winerp_sale_bridge_convert_mended", {
    steps: () => [
        openWizard,
        {
            content: "the line says what is wrong, and the button leads to what mends it",
            trigger: ".modal .o_data_row:contains(Báo giá):contains(chưa có sản phẩm)",
        },
        {
            trigger: ".modal .o_data_row button[name=action_open_order]",
            run: "click",
        },
        {
            content: "the quotation is open",
            trigger: ".o_statusbar_status button[aria-checked=true]:contains(Báo giá)",
        },
    ],
});

registry.category("web_tour.tours").add("winerp_sale_bridge_convert_many", {
    steps: () => [
        {
            content: "select all opportunities of the list",
            trigger: ".o_list_view thead .o_list_record_selector input",
            run: "click",
        },
        {
            trigger: ".o_control_panel button[name=action_convert_to_orders]",
            run: "click",
        },
        {
            content: "each line says what will happen or why not",
            trigger: ".o_field_widget[name=line_ids] .o_data_row:contains(Đã có đơn hàng)",
        },
        {
            trigger: ".o_field_widget[name=line_ids] .o_data_row:contains(Chưa có gì để đặt hàng)",
        },
        {
            trigger: ".o_field_widget[name=line_ids] .o_data_row:contains(Xác nhận báo giá)",
        },
        {
            trigger: ".o_statusbar_buttons button[name=action_convert]",
            run: "click",
        },
        {
            content: "the summary",
            trigger: ".alert-success:contains(Đã đặt hàng):contains(2)",
        },
        {
            content: "the orders are one click away",
            trigger: "button[name=action_view_orders]",
            run: "click",
        },
        {
            trigger: ".o_list_view .o_data_row:eq(1)",
        },
    ],
});

registry.category("web_tour.tours").add("winerp_sale_bridge_convert_progress", {
    steps: () => [
        {
            trigger: ".o_list_view thead .o_list_record_selector input",
            run: "click",
        },
        {
            trigger: ".o_control_panel button[name=action_convert_to_orders]",
            run: "click",
        },
        {
            content: "a long run is started, and shows how far it is",
            trigger: ".o_statusbar_buttons button[name=action_start]",
            run: "click",
        },
        {
            content: "the summary, in Vietnamese",
            trigger: ".alert-success:contains(Đã đặt hàng)",
            timeout: 60000,
        },
        {
            trigger: ".o_field_widget[name=line_ids] .o_data_row:contains(Bỏ qua)",
        },
    ],
});

const STAGE_DIALOG = ".o_winerp_stage_dialog";
const complete = [
    {
        content: "the line says what is missing, and the button asks for it",
        trigger: ".o_data_row button[name=action_complete]",
        run: "click",
    },
    {
        trigger: `${STAGE_DIALOG} .o_field_widget[name=date_deadline] input`,
        run: "edit 31/12/2030",
    },
    { trigger: `${STAGE_DIALOG} .o_winerp_save`, run: "click" },
];

registry.category("web_tour.tours").add("winerp_sale_bridge_complete_many", {
    steps: () => [
        {
            trigger: ".o_list_view thead .o_list_record_selector input",
            run: "click",
        },
        {
            trigger: ".o_control_panel button[name=action_convert_to_orders]",
            run: "click",
        },
        {
            content: "what is open waits",
            trigger: ".o_data_row:contains(Bỏ qua):contains(Chưa thắng lợi)",
        },
        {
            trigger: ".o_field_widget[name=include_open] input",
            run: "click",
        },
        {
            content: "the lines are decided anew at once",
            trigger: ".o_data_row:contains(Đơn hàng mới):contains(Cơ hội đủ)",
        },
        ...complete,
        { trigger: ".o_field_widget[name=line_ids]:not(:contains(Bỏ qua))" },
        {
            trigger: ".o_statusbar_buttons button[name=action_convert]",
            run: "click",
        },
        { trigger: ".o_list_view .o_data_row:eq(1)" },
    ],
});
