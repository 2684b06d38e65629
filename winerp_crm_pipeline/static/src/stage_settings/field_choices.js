import { user } from "@web/core/user";

/**
 * The fields and properties that a requirement may name, as the server lists them.
 *
 * @param {Object} orm
 * @returns {Promise<{id: number, name: string, property_name: string, label: string, area: string}[]>}
 */
export async function loadFieldChoices(orm) {
    // Who only reads stages is asked nothing, and shown labels.
    if (!(await user.checkAccessRight("crm.stage.requirement", "write"))) {
        return [];
    }
    // They change with the modules that are installed, not while one looks at a list of them.
    return orm.cache().call("crm.stage.requirement", "get_field_choices");
}
