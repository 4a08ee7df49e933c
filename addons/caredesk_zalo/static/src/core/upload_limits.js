import { _t } from "@web/core/l10n/translation";

/** What Zalo takes, by the ending of the file's name; bytes. */
const PICTURE_BYTES = 1_048_576;
const FILE_BYTES = 5_242_880;
const KINDS = {
    png: "picture",
    jpg: "picture",
    jpeg: "picture",
    webp: "picture",
    bmp: "picture",
    gif: "gif",
    pdf: "file",
    doc: "file",
    docx: "file",
    csv: "file",
};
const AS_THEY_ARE = ["image/png", "image/jpeg"];
const QUALITY = 0.85;

/** Characters of the longest text Zalo takes, counted as Zalo does: composed. */
export const TEXT_CHARACTERS = 2000;

/**
 * Return the file to send to a customer: a picture that is too large or of a kind Zalo does not
 * know is made smaller first.
 *
 * @param {File} file
 * @returns {Promise<{ file?: File, refusal?: string }>}
 */
export async function fitForZalo(file) {
    const kind = KINDS[file.name.split(".").pop().toLowerCase()];
    if (!kind) {
        return {
            refusal: _t(
                "Zalo takes pictures (JPG, PNG, GIF) and documents (PDF, DOC, DOCX, CSV) only."
            ),
        };
    }
    if (kind !== "picture") {
        const refusal = _t("Zalo takes files of up to 5 MB.");
        return file.size > FILE_BYTES ? { refusal } : { file };
    }
    if (file.size <= PICTURE_BYTES && AS_THEY_ARE.includes(file.type)) {
        return { file };
    }
    const smaller = await smallerPicture(file);
    return smaller
        ? { file: smaller }
        : { refusal: _t("Zalo takes pictures of up to 1 MB, as JPG or PNG.") };
}

/** Return a picture as JPG of at most what Zalo takes; nothing when the browser cannot read it. */
async function smallerPicture(file) {
    let picture;
    try {
        picture = await createImageBitmap(file);
    } catch {
        return undefined;
    }
    const name = `${file.name.replace(/\.[^.]*$/, "")}.jpg`;
    for (let scale = 1; scale > 0.05; scale *= 0.7) {
        const canvas = document.createElement("canvas");
        canvas.width = Math.max(1, Math.round(picture.width * scale));
        canvas.height = Math.max(1, Math.round(picture.height * scale));
        const context = canvas.getContext("2d");
        context.fillStyle = "white";
        context.fillRect(0, 0, canvas.width, canvas.height);
        context.drawImage(picture, 0, 0, canvas.width, canvas.height);
        const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
        if (blob && blob.size <= PICTURE_BYTES) {
            return new File([blob], name, { type: "image/jpeg" });
        }
    }
    return undefined;
}
