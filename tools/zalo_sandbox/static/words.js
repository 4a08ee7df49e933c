/** What stands on the page, in both languages. */

const WORDS = {
    vi: {
        customers: "Khách hàng",
        chat: "Trò chuyện",
        tools: "Công cụ",
        new_name: "Tên khách mới",
        add: "Thêm",
        follows: "Quan tâm",
        reads: "Đọc ngay",
        as: "bạn là %s",
        type: "Tin nhắn",
        more: "Gửi thêm",
        send: "Gửi",
        picture: "Ảnh",
        file: "Tệp",
        sticker: "Nhãn dán",
        place: "Vị trí",
        card: "Danh thiếp",
        link: "Liên kết",
        webhook: "Gửi đến webhook",
        cut_off: "đã bị ngắt",
        by_hand: "Khách và quản trị viên",
        manager_text: "Trả lời trong OA Manager",
        blocked: "Chặn OA",
        seen: "Đánh dấu đã xem",
        silent: "Im lặng 8 ngày",
        switches: "Công tắc",
        faults: "Lỗi giả lập",
        clear: "Xoá hết",
        share: "Chia sẻ thông tin",
        share_why: "Official Account xin thông tin của bạn để chăm sóc tốt hơn.",
        name: "Họ tên",
        phone: "Điện thoại",
        address: "Địa chỉ",
        district: "Phường / Quận",
        city: "Tỉnh / Thành phố",
        birthday: "Ngày sinh",
        gender: "Giới tính",
        shape: "Dạng sự kiện",
        cancel: "Huỷ",
        fill_in: "Điền thông tin",
        sent: "Đã gửi",
        received: "Đã nhận",
        read: "Đã xem",
        again: "lần %s",
        quiet: "Chưa có tin nhắn. Hãy viết như một khách hàng.",
        answer: "Trả lời",
        map: "Xem bản đồ",
        manager: "Viết trong OA Manager",
        template: "Tin mẫu",
    },
    en: {
        customers: "Customers",
        chat: "Chat",
        tools: "Tools",
        new_name: "Name of a new customer",
        add: "Add",
        follows: "Follows",
        reads: "Reads at once",
        as: "you are %s",
        type: "Message",
        more: "Send more",
        send: "Send",
        picture: "Picture",
        file: "File",
        sticker: "Sticker",
        place: "Place",
        card: "Contact card",
        link: "Link",
        webhook: "Sent to the webhook",
        cut_off: "cut off",
        by_hand: "Customer and administrator",
        manager_text: "Answer in OA Manager",
        blocked: "Blocks the account",
        seen: "Mark as seen",
        silent: "Silent for 8 days",
        switches: "Switches",
        faults: "Faults",
        clear: "Clear",
        share: "Share information",
        share_why: "The Official Account asks for your data to serve you better.",
        name: "Name",
        phone: "Phone",
        address: "Address",
        district: "Ward / District",
        city: "Province / City",
        birthday: "Birthday",
        gender: "Gender",
        shape: "Shape of the event",
        cancel: "Cancel",
        fill_in: "Fill in",
        sent: "Sent",
        received: "Received",
        read: "Seen",
        again: "try %s",
        quiet: "No messages yet. Write as a customer does.",
        answer: "Reply",
        map: "Open the map",
        manager: "Written in OA Manager",
        template: "Template",
    },
};

const asked = new URLSearchParams(location.search).get("lang");
let language = asked === "en" ? "en" : "vi";

/** Return a word, with a value in it when it has a place for one. */
export function word(key, value = "") {
    return WORDS[language][key].replace("%s", value);
}

/** Write all words that stand in the page itself. */
export function translate() {
    document.documentElement.lang = language;
    for (const node of document.querySelectorAll("[data-word]")) {
        node.textContent = word(node.dataset.word);
    }
    for (const node of document.querySelectorAll("[data-placeholder]")) {
        node.placeholder = word(node.dataset.placeholder);
        node.setAttribute("aria-label", node.placeholder);
    }
    for (const node of document.querySelectorAll("[data-title]")) {
        node.title = word(node.dataset.title);
        node.setAttribute("aria-label", node.title);
    }
}

/** Change to the other language; return its name's short form for the button. */
export function otherLanguage() {
    return language === "vi" ? "EN" : "VI";
}

export function switchLanguage() {
    language = language === "vi" ? "en" : "vi";
}
