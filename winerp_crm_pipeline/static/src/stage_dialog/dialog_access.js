import { onMounted, onWillUnmount } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";

const MAX_FRAMES = 60; // to wait for what had the focus to be ready for it

let lastFocused = null;
browser.addEventListener("focusin", (ev) => {
    lastFocused = ev.target;
});

/**
 * Give the focus back to what had it, when nothing has it after the dialog. Odoo's own attempt fails: a field
 * of this dialog takes the focus before the dialog looks who has it, and buttons lose it while they work.
 */
export function useReturnedFocus() {
    const before = lastFocused;
    onWillUnmount(async () => {
        for (let frame = 0; frame < MAX_FRAMES && (frame < 1 || before?.disabled); frame++) {
            await new Promise((resolve) => browser.requestAnimationFrame(resolve));
        }
        const { activeElement, body } = document;
        if (before?.isConnected && (!activeElement || activeElement === body)) {
            before.focus();
        }
    });
}

let announcements = 0;

/** Have a screen reader say which dialog opens, and what it is for; Odoo's own dialogs have no name. */
export function useAnnouncement(introductionRef) {
    const id = `winerp_stage_dialog_${++announcements}`;
    onMounted(() => {
        const introduction = introductionRef.el;
        const dialog = introduction.closest("[role=dialog]");
        dialog.querySelector(".modal-title").id = `${id}_title`;
        introduction.id = `${id}_introduction`;
        dialog.setAttribute("aria-modal", "true");
        dialog.setAttribute("aria-labelledby", `${id}_title`);
        dialog.setAttribute("aria-describedby", `${id}_introduction`);
    });
}
