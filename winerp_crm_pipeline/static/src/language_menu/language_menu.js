import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { session } from "@web/session";

/**
 * One entry of the user menu for each installed language other than the user's own:
 * Vietnamese teams work with foreign colleagues on the same screens.
 */
export function languageItem({ code, name }, index) {
    return (env) => ({
        type: "item",
        id: `language_${code}`,
        description: name,
        callback: async () => {
            await env.services.orm.write("res.users", [user.userId], { lang: code });
            browser.location.reload();
        },
        sequence: 55 + index / 10,
    });
}

(session.other_languages || []).forEach((language, index) => {
    registry
        .category("user_menuitems")
        .add(`language_${language.code}`, languageItem(language, index));
});
