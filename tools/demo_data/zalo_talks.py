"""What the customers of the sandbox and the agents of the demo company have said to each other."""

#: One list a customer, in the order of the sandbox's people: who, how many hours ago, what.
#: Who: the customer, somebody in Zalo's own tool («manager»), or an agent in Discuss (his login).
TALKS = (
    (
        ("customer", 50.0, "Chào shop, máy lạnh phòng khách nhà chị chạy mà không mát."),
        ("manager", 49.8, "Dạ em chào chị Hoa, chị cho em xin mã máy in trên dàn lạnh ạ."),
        ("customer", 49.7, "Mã là SV-1200INV, mua tháng 3 năm ngoái em nhé."),
        ("manager", 49.5, "Dạ máy còn bảo hành, kỹ thuật sẽ gọi chị trước khi qua ạ."),
        ("customer", 0.2, "Em ơi kỹ thuật hẹn chiều nay mà chưa thấy gọi chị."),
        (
            "lan",
            0,
            "Dạ em xin lỗi chị, em kiểm tra lịch của kỹ thuật và báo lại chị trong 10 phút ạ.",
        ),
    ),
    (
        (
            "customer",
            26.0,
            "Cho mình hỏi phần mềm kế toán bản mới có xuất được hóa đơn điện tử không?",
        ),
        ("manager", 25.5, "Dạ bản 5.2 xuất được ạ, em gửi anh hướng dẫn qua email nhé."),
        ("customer", 25.0, "Ok, cảm ơn em."),
        ("customer", 1.0, "Mình cập nhật rồi nhưng mở lên báo lỗi thiếu file cấu hình."),
        ("tuan", 0, "Anh chụp giúp em màn hình báo lỗi, em xem và hướng dẫn anh ngay ạ."),
    ),
    (("customer", 0.1, "Shop ơi, mình muốn đổi địa chỉ giao hàng của đơn hôm qua được không ạ?"),),
)
