/** Steps of tours that count what a motion asks the server: it must not cost more as it learns to do more. */

const getRequests = () =>
    performance
        .getEntriesByType("resource")
        .filter(({ initiatorType }) => ["fetch", "xmlhttprequest"].includes(initiatorType))
        .map(({ name }) => new URL(name).pathname)
        .filter((path) => path.startsWith("/web/") && !path.includes("/discuss.")); // what chats ask for

export const countFromHere = {
    content: "Requests are counted from here on",
    trigger: "body",
    run: () => performance.clearResourceTimings(),
};

export const atMost = (limit) => ({
    content: `At most ${limit} requests were made`,
    trigger: "body:not(:has(.o_loading_indicator))",
    run() {
        const requests = getRequests();
        if (!requests.length || requests.length > limit) {
            throw new Error(`${requests.length} requests: ${requests.join(", ")}`);
        }
    },
});
