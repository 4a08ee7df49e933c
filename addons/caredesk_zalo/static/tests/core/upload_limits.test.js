import { describe, expect, test } from "@odoo/hoot";
import { allowTranslations } from "@web/../tests/web_test_helpers";

import { fitForZalo } from "@caredesk_zalo/core/upload_limits";

describe.current.tags("desktop");

const MEGABYTE = 1_048_576;

function file(name, size = 10, type = "") {
    return new File([new Uint8Array(size)], name, { type });
}

/** Return a picture that no PNG makes small: each point has a colour of its own. */
async function noisyPicture(side) {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = side;
    const context = canvas.getContext("2d");
    const image = context.createImageData(side, side);
    let seed = 1;
    image.data.forEach((_value, place) => {
        seed = (seed * 48271) % 2147483647;
        image.data[place] = place % 4 === 3 ? 255 : seed % 256;
    });
    context.putImageData(image, 0, 0);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
    return new File([blob], "ảnh lớn.png", { type: "image/png" });
}

/** IE-38, S2-MSG-03: kinds and sizes Zalo does not take are refused before the upload. */
test("what Zalo does not take is refused", async () => {
    allowTranslations();
    for (const name of ["a.zip", "a.exe", "a.xlsx", "noending"]) {
        expect((await fitForZalo(file(name))).refusal).toInclude("documents");
    }
    for (const name of ["a.pdf", "A.DOCX", "a.doc", "a.csv", "a.gif"]) {
        const small = file(name);
        expect((await fitForZalo(small)).file).toBe(small);
        expect((await fitForZalo(file(name, 5 * MEGABYTE + 1))).refusal).toInclude("5 MB");
    }
    const broken = file("a.png", 2 * MEGABYTE, "image/png");
    expect((await fitForZalo(broken)).refusal).toInclude("1 MB");
});

/** S2-MSG-03: a photograph of a phone is made small enough instead of being refused. */
test("a large picture is made smaller", async () => {
    allowTranslations();
    const large = await noisyPicture(1500);
    expect(large.size > MEGABYTE).toBe(true);
    const { file: sent } = await fitForZalo(large);
    expect(sent.name).toBe("ảnh lớn.jpg");
    expect(sent.type).toBe("image/jpeg");
    expect(sent.size <= MEGABYTE).toBe(true);
});
