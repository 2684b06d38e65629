import { pick } from "@web/core/utils/objects";
import { isX2Many } from "@web/views/utils";
import { isFilled } from "../stage_checklist/filled";

const ADDRESS = ["street", "street2", "city", "state_id", "zip", "country_id"]; // all of it, or none

/** Choosing a customer fills in what is empty, and replaces nothing that was entered before. */
export class KeptValues {
    constructor(record) {
        this.note(record);
    }

    note(record) {
        this.customerId = record.data.partner_id?.id;
        this.values = { ...record.data };
    }

    /** Names of what was entered and is now something else. */
    getReplaced(record) {
        const isEntered = (name) => isFilled(record.fields[name], this.values[name]);
        const names = Object.keys(this.values).filter(
            (name) =>
                name !== "partner_id" &&
                !name.startsWith("customer_") && // the customer's own
                !record.fields[name].readonly &&
                !isX2Many(record.fields[name])
        );
        const isKept = (name) =>
            ADDRESS.includes(name)
                ? names.some((other) => ADDRESS.includes(other) && isEntered(other))
                : isEntered(name);
        const isOther = (name) =>
            JSON.stringify(record.data[name]) !== JSON.stringify(this.values[name]);
        return names.filter((name) => isKept(name) && isOther(name));
    }

    /** To be called with each change, while the record waits: so what is put back is not waited for. */
    onChanged(record) {
        const customerId = record.data.partner_id?.id;
        const isChosen = customerId && customerId !== this.customerId;
        const values = isChosen ? pick(this.values, ...this.getReplaced(record)) : {};
        this.note(record);
        if (Object.keys(values).length) {
            Object.assign(this.values, values);
            record.update(values);
        }
    }
}
