/** Signs drawn here, for not every machine has a font with pictures. */

const PATHS = {
    picture: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9.5h.01",
    file: "M17 7l-7.5 7.5a2 2 0 003 3L20 10a4 4 0 00-6-6l-8 8a6 6 0 008.500 8.500L20 15",
    sticker: "M12 3a9 9 0 100 18 9 9 0 000-18zM8.500 14.500q3.500 3.500 7 0M9 9.500h.01M15 9.500h.01",
    place: "M12 21s7-6.200 7-11a7 7 0 00-14 0c0 4.800 7 11 7 11zM12 12.500a2.500 2.500 0 100-5 2.500 2.500 0 000 5z",
    card: "M3 5h18v14H3zM8.500 11.500a2 2 0 100-4 2 2 0 000 4zM5.500 16a3 3 0 016 0M14 10h4M14 14h4",
    link: "M10 14a4 4 0 006 .5l3-3a4 4 0 00-6-5.500l-1 1M14 10a4 4 0 00-6-.5l-3 3a4 4 0 006 5.500l1-1",
    people: "M9 11a3.500 3.500 0 100-7 3.500 3.500 0 000 7zM2.500 20a6.500 6.500 0 0113 0M16 4.500a3.500 3.500 0 010 6.500M18 14a6.500 6.500 0 013.500 6",
    chat: "M4 5h16v11H10l-5 4v-4H4z",
    tools: "M4 7h10M18 7h2M16 5v4M4 17h2M10 17h10M8 15v4M4 12h6M14 12h6M12 10v4",
    template: "M5 3h14v18H5zM8.500 8h7M8.500 12h7M8.500 16h4",
};
const SVG = "http://www.w3.org/2000/svg";

/** Return the sign of a name. */
export function icon(name) {
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("class", "icon");
    svg.setAttribute("aria-hidden", "true");
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", PATHS[name]);
    svg.append(path);
    return svg;
}

/** Draw the signs that stand in the page itself. */
export function drawIcons() {
    for (const node of document.querySelectorAll("[data-icon]")) {
        node.replaceChildren(icon(node.dataset.icon));
    }
}
