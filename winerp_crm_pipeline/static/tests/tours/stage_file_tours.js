import { add, say } from "@winerp_crm_pipeline/../tests/tours/stage_tours";
import { inputFiles } from "@web/../tests/utils";
import { rpc } from "@web/core/network/rpc";

const call = (method, ...args) =>
    rpc(`/web/dataset/call_kw/crm.stage/${method}`, {
        model: "crm.stage",
        method,
        args,
        kwargs: {},
    });
const button = (english, vietnamese) => ({
    content: english,
    trigger: `.modal-footer button:visible:contains("${say(english, vietnamese)}")`,
    run: "click",
});
const open = {
    trigger: `.o_control_panel button:visible:contains("${say(
        "Import from File",
        "Nhập từ tệp"
    )}")`,
    run: "click",
};
/** Give the dialog what is exported now, changed as a person would change the file. */
const upload = (change) => ({
    trigger: ".modal .o_field_widget[name=file] .o_select_file_button",
    async run() {
        const data = JSON.parse(await call("export_pipeline", []));
        change(data);
        const file = new File([JSON.stringify(data)], "pipeline.json", {
            type: "application/json",
        });
        await inputFiles(".modal .o_field_widget[name=file] input[type=file]", [file]);
    },
});
const uploaded = { trigger: `.modal .o_field_widget[name=file] input:value("pipeline.json")` };
const preview = button("Show What Changes", "Xem những gì thay đổi");

add("winerp_stage_file", () => [
    {
        trigger: `.o_control_panel button:visible:contains("${say(
            "Export to File",
            "Xuất ra tệp"
        )}")`,
        run: "click",
    },
    open,
    upload((data) => {
        data.stages.find((stage) => stage.name.en_US === "Tour Qualified").probability = 35;
        data.stages.push({ name: { en_US: "Tour Contract" }, requirements: [{ field: "phone" }] });
        data.stages = data.stages.filter((stage) => stage.name.en_US !== "Tour Negotiation");
    }),
    uploaded,
    preview,
    {
        content: "What changes is told in words",
        trigger: `.modal .o_field_widget[name=change_ids] tr:contains("Tour Qualified"):contains("${say(
            "Stage: Probability",
            "Giai đoạn: Xác suất"
        )}"):contains("40"):contains("35")`,
    },
    {
        trigger: `.modal .o_field_widget[name=change_ids] tr:contains("${say(
            "Create",
            "Tạo mới"
        )}"):contains("Tour Contract"):contains("${say("Requirement", "Yêu cầu")}")`,
    },
    {
        trigger: `.modal .o_field_widget[name=stage_ids] tr:contains("Tour Negotiation") input:enabled`,
        run: "click",
    },
    button("Apply", "Áp dụng"),
    { trigger: `.o_notification:contains("${say("as the file says", "đúng như trong tệp")}")` },
    { trigger: `body:not(:has(.modal)) .o_list_view td:contains("Tour Contract")` },
    { trigger: `.o_list_view:not(:has(td:contains("Tour Negotiation")))` },
    open,
    upload(() => {}),
    uploaded,
    preview,
    {
        trigger: `.modal .alert-success:visible:contains("${say(
            "nothing to change",
            "Không có gì để thay đổi"
        )}")`,
    },
    button("Another File", "Chọn tệp khác"),
    upload((data) => {
        data.stages[0].colour = 1;
    }),
    uploaded,
    preview,
    {
        content: "What is wrong is named",
        trigger: `.modal .modal-body:contains("stages[0].colour"):contains("${say(
            "nothing has changed",
            "không có gì thay đổi"
        )}")`,
    },
]);
