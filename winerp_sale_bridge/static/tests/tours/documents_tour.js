import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("winerp_sale_bridge_documents", {
    steps: () => [
        {
            content: "all documents of the deal behind one button, with their number",
            trigger: "button[name=action_view_documents]:contains(4):contains(Tài liệu)",
            run: "click",
        },
        { trigger: ".o_kanban_record:contains(bien-ban.txt):contains(Cuộc họp: Xem hàng)" },
        { trigger: ".o_kanban_record:contains(bao-gia.pdf):contains(Báo giá hoặc đơn hàng)" },
        { trigger: ".o_kanban_record:contains(yeu-cau.txt)", run: "click" },
        {
            content: "a click shows it",
            trigger:
                ".o-FileViewer:contains(yeu-cau.txt) [aria-label=Close], .o-FileViewer:contains(yeu-cau.txt) .fa-times",
            run: "click",
        },
        {
            content: "a file that is dropped is added to the opportunity",
            trigger: "body:not(:has(.o-FileViewer)) .o_kanban_view",
            async run({ anchor }) {
                const transfer = new DataTransfer();
                transfer.items.add(new File(["moi"], "tha-vao.txt", { type: "text/plain" }));
                const fire = (target, type) =>
                    target.dispatchEvent(
                        new DragEvent(type, {
                            bubbles: true,
                            cancelable: true,
                            dataTransfer: transfer,
                        })
                    );
                fire(anchor, "dragenter");
                await new Promise((resolve) => setTimeout(resolve, 300));
                fire(document.querySelector(".o-Dropzone, .o_dropzone, [class*=ropzone]"), "drop");
            },
        },
        { trigger: ".o_kanban_record:contains(tha-vao.txt):contains(Cơ hội)" },
    ],
});
