import { Component, onMounted, onWillUnmount } from "@odoo/owl";
import { Field } from "@web/views/fields/field";
import { getFormattedValue, isX2Many } from "@web/views/utils";

/** The cells of one row: of an opportunity, or of what is the same for all. */
export class StageGridCells extends Component {
    static template = "winerp_crm_pipeline.StageGridCells";
    static components = { Field };
    static props = {
        columns: Array, // of {name, label, info}
        record: Object,
        editable: Array, // names of the fields that are asked for
        name: String, // of the row, for a screen reader
        onReady: Function,
        onGone: { type: Function, optional: true },
    };

    setup() {
        onMounted(() => this.props.onReady(this.props.record));
        onWillUnmount(() => this.props.onGone?.());
    }

    isEditable(name) {
        return this.props.editable.includes(name);
    }

    text({ name, info }) {
        const { record } = this.props;
        if (!record.resId) {
            return ""; // nothing that can be the same for all
        }
        return isX2Many(record.fields[name])
            ? record.data[name].records.map(({ data }) => data.display_name).join(", ")
            : getFormattedValue(record, name, info);
    }
}
