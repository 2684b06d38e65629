import { registry } from "@web/core/registry";
import { redirect } from "@web/core/utils/urls";

/** What follows a quotation, in Vietnamese; tests/test_story.py prepares and looks at the result. */
registry.category("web_tour.tours").add("winerp_story_send_quotation", {
    steps: () => [
        { trigger: "button[name=action_quotation_send]:not(.d-none)", run: "click" },
        {
            content: "The paper goes with it",
            trigger: ".modal .o_field_mail_composer_attachment_list:contains(Báo giá)",
        },
        {
            trigger: ".modal .o_mail_send, .modal button[name=action_send_mail]",
            run: "click",
        },
        { trigger: ".o_statusbar_status .o_arrow_button_current:contains(Báo giá đã gửi)" },
    ],
});

registry.category("web_tour.tours").add("winerp_story_accept_quotation", {
    steps: () => [
        { content: "Tax by rate", trigger: "#quote_content:contains(8%):contains(10%)" },
        { trigger: "#quote_content:contains(Bằng chữ: Sáu mươi ba triệu hai trăm nghìn đồng)" },
        { content: "Who buys", trigger: "#customer_info:contains(MST: 0312345678)" },
        { content: "Nobody else is praised", trigger: "body:not(:contains(Odoo))" },
        { trigger: ".o_portal_sale_sidebar a:contains(Chấp nhận & ký)", run: "click" },
        {
            trigger: ".modal .o_web_sign_name_and_signature input",
            run: "edit Nguyễn Văn An",
        },
        { trigger: ".modal canvas.o_web_sign_signature", run: "canvasNotEmpty" },
        {
            trigger: ".modal .o_portal_sign_submit:enabled",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: "#quote_content:contains(Cảm ơn)",
            run: () => redirect("/web/login"), // no request is under way when the tour ends
            expectUnloadPage: true,
        },
        { trigger: ".oe_login_form" },
    ],
});

registry.category("web_tour.tours").add("winerp_story_invoice_order", {
    steps: () => [
        { trigger: ".o_statusbar_status .o_arrow_button_current:contains(Đơn bán hàng)" },
        { trigger: "button:contains(Tạo hoá đơn):visible", run: "click" },
        { trigger: ".modal-footer button[name=create_invoices]", run: "click" },
        { trigger: ".o_statusbar_status .o_arrow_button_current:contains(Nháp)" },
        { trigger: "button[name=action_post]:visible", run: "click" },
        { trigger: ".o_statusbar_status .o_arrow_button_current:contains(Đã vào sổ)" },
    ],
});
