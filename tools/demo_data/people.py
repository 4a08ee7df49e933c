"""Made-up customers with Vietnamese names."""

import random

FAMILY = "Nguyễn Trần Lê Phạm Hoàng Phan Vũ Đặng Bùi Đỗ Hồ Ngô Dương Lý".split()  # noqa: SIM905
MIDDLE = "Văn Thị Đức Minh Thanh Ngọc Hữu Quang Thu Kim Gia Bảo Xuân Hải Như Tuấn".split()  # noqa: SIM905
GIVEN = (  # noqa: SIM905
    "An Anh Bình Châu Chi Cường Dũng Duyên Đạt Giang Hà Hạnh Hiếu Hoa Hùng Huy Khánh Khoa Lan"
    " Linh Long Mai Nam Nga Nhung Oanh Phong Phúc Quân Quyên Sơn Tâm Thảo Thịnh Trang Tú Uyên Yến"
).split()


def person(number: int, fold) -> tuple[str, str, str, str, str]:
    """Return name, name to be searched, e-mail, phone and its digits; the same for a number."""
    rng = random.Random(number)  # noqa: S311 - names, no secrets
    name = f"{rng.choice(FAMILY)} {rng.choice(MIDDLE)} {rng.choice(GIVEN)}"
    folded = fold(name)
    email = f"{folded.replace(' ', '.')}.{number}@example.com"
    digits = f"9{number % 10**8:08d}"
    return name, folded, email, f"+84 {digits[:3]} {digits[3:6]} {digits[6:]}", digits
