/** What takes the focus in a field. */
export const FOCUSABLE = ":is(input, textarea, select, [contenteditable=true], [tabindex='0'])";

/** Types whose values are no records. */
export const SCALAR_TYPES = [
    "char",
    "text",
    "integer",
    "float",
    "monetary",
    "boolean",
    "date",
    "datetime",
    "selection",
];
