import { UploadButton } from "@product/js/product_document_kanban/upload_button/upload_button";
import { browser } from "@web/core/browser/browser";
import { useDropzone } from "@web/core/dropzone/dropzone_hook";
import { FileModel } from "@web/core/file_viewer/file_model";
import { useFileViewer } from "@web/core/file_viewer/file_viewer_hook";
import { registry } from "@web/core/registry";
import { pick } from "@web/core/utils/objects";
import { useService } from "@web/core/utils/hooks";
import { KanbanController } from "@web/views/kanban/kanban_controller";
import { CANCEL_GLOBAL_CLICK, KanbanRecord } from "@web/views/kanban/kanban_record";
import { KanbanRenderer } from "@web/views/kanban/kanban_renderer";
import { kanbanView } from "@web/views/kanban/kanban_view";

const UPLOAD_ROUTE = "/web/binary/upload_attachment"; // Odoo's own, under the user's rights
const FILE_FIELDS = ["name", "mimetype", "checksum", "type", "url"];

/** The documents of a deal: what is uploaded or dropped here is added to the opportunity. */
export class LeadDocumentsController extends KanbanController {
    static components = { ...KanbanController.components, UploadButton };

    setup() {
        super.setup();
        this.fileUpload = useService("file_upload");
        this.uploadRoute = UPLOAD_ROUTE;
        const { default_res_model: model, default_res_id: id } = this.props.context;
        this.formData = { model, id };
        useDropzone(this.rootRef, (ev) => this.upload(ev.dataTransfer.files));
    }

    upload(files) {
        return this.fileUpload.upload(UPLOAD_ROUTE, files, {
            buildFormData: (formData) => {
                for (const [name, value] of Object.entries(this.formData)) {
                    formData.append(name, value);
                }
            },
        });
    }
}

/** Clicking a document shows it; what cannot be shown is downloaded. */
class LeadDocumentRecord extends KanbanRecord {
    setup() {
        super.setup();
        this.fileViewer = useFileViewer();
    }

    onGlobalClick(ev) {
        if (ev.target.closest(CANCEL_GLOBAL_CLICK)) {
            return;
        }
        const files = this.props.record.model.root.records.map((record) =>
            Object.assign(new FileModel(), {
                id: record.resId,
                ...pick(record.data, ...FILE_FIELDS),
            })
        );
        const file = files.find(({ id }) => id === this.props.record.resId);
        if (file.isViewable) {
            this.fileViewer.open(file, files);
        } else {
            browser.open(file.isUrl ? file.url : file.downloadUrl);
        }
    }
}

class LeadDocumentsRenderer extends KanbanRenderer {
    static components = { ...KanbanRenderer.components, KanbanRecord: LeadDocumentRecord };
}

registry.category("views").add("winerp_lead_documents", {
    ...kanbanView,
    Controller: LeadDocumentsController,
    Renderer: LeadDocumentsRenderer,
    buttonTemplate: "product.ProductDocumentKanbanView.Buttons",
});
