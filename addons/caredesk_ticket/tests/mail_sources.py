"""Raw mails as strangers send them: sound ones, and at least one of each kind of broken.

Shared by the tests of the pure parts and by the fault scenarios. Each function returns the
bytes of one mail; ``tag`` makes sender, subject and Message-ID its own.
"""

import base64

NUL_TEXT = "Máy in\0 hỏng"


def head(tag: str, to: str, **fields: str) -> str:
    values = {
        "From": f"Khach {tag} <khach.{tag}@example.com>",
        "To": to,
        "Subject": f"Mail {tag}",
        "Message-ID": f"<{tag}@mail.example.com>",
        "Date": "Mon, 16 Nov 2026 09:00:00 +0700",
        "MIME-Version": "1.0",
        **{name.replace("_", "-"): value for name, value in fields.items()},
    }
    return "".join(f"{name}: {value}\r\n" for name, value in values.items() if value is not None)


def good(tag: str, to: str, body: str = "Xin chào, máy in không in được.", **fields) -> bytes:
    kind = {"Content-Type": "text/plain; charset=utf-8", "Content-Transfer-Encoding": "8bit"}
    return (head(tag, to, **{**kind, **fields}) + "\r\n" + body + "\r\n").encode()


def no_sender(tag: str, to: str) -> bytes:
    return good(tag, to, From=None)


def no_body(tag: str, to: str) -> bytes:
    return head(tag, to).encode()


def many_parts(tag: str, to: str, count: int = 200) -> bytes:
    part = "--b\r\nContent-Type: text/plain; name=n{0}.txt\r\n\r\npart {0}\r\n"
    parts = "".join(part.format(number) for number in range(count))
    text = head(tag, to, Content_Type="multipart/mixed; boundary=b") + "\r\n"
    return (text + "--b\r\n\r\nThe text.\r\n" + parts + "--b--\r\n").encode()


def big_attachment(tag: str, to: str, megabytes: int = 60) -> bytes:
    data = base64.encodebytes(b"\xff" * (megabytes * 1024 * 1024))
    text = head(tag, to, Content_Type="multipart/mixed; boundary=b") + "\r\n"
    parts = (
        "--b\r\nContent-Type: text/plain\r\n\r\nSee the film.\r\n"
        "--b\r\nContent-Type: text/plain; name=small.txt\r\n\r\nsmall\r\n"
        "--b\r\nContent-Type: video/mp4; name=film.mp4\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    )
    return (text + parts).encode() + data + b"\r\n--b--\r\n"


def nul_bytes(tag: str, to: str) -> bytes:
    return good(tag, to, NUL_TEXT, Subject=f"NUL\0 {tag}", From=f"N\0 <khach.{tag}@example.com>")


def unknown_charset(tag: str, to: str) -> bytes:
    return good(tag, to, Content_Type="text/plain; charset=x-klingon", Subject="=?x-none?Q?a=E1?=")


def python_charset(tag: str, to: str) -> bytes:
    return good(tag, to, Content_Type="text/plain; charset=unicode_escape")


def broken_base64(tag: str, to: str) -> bytes:
    return good(tag, to, "WGluIGNow6Bv*!IQ", Content_Transfer_Encoding="base64")


def broken_headers(tag: str, to: str) -> bytes:
    rest = head(tag, to, **{"Content-Type": ";;; = ; charset", "Date": "yesterday, maybe"})
    return ("no colon here\r\n:\r\n" + rest + "X\xe9: \udcff\r\n\r\nHello\r\n").encode(
        "utf-8", "surrogateescape"
    )


def deep_nesting(tag: str, to: str, levels: int = 1500) -> bytes:
    text = head(tag, to, Content_Type="multipart/mixed; boundary=b0") + "\r\n"
    text += "--b0\r\nContent-Type: text/plain\r\n\r\nThe text above.\r\n"
    for level in range(levels):
        text += f"--b{level}\r\nContent-Type: multipart/mixed; boundary=b{level + 1}\r\n\r\n"
    return text.encode()


def several_senders(tag: str, to: str) -> bytes:
    return good(tag, to, From=f"A <khach.{tag}@example.com>, B <b.{tag}@example.com>, @, <>")


def garbage_words(tag: str, to: str) -> bytes:
    return good(tag, to, Subject=f"=?utf-8?B?////_?= =?utf-8?Q?=ZZ=E1?= =?? {tag} =?utf-8?X?a?=")


def long_subject(tag: str, to: str) -> bytes:
    return good(tag, to, Subject=f"{tag} " + "dài quá " * 130_000)


def no_boundary(tag: str, to: str) -> bytes:
    return good(tag, to, "--q\r\n\r\nHi there\r\n--q--", Content_Type="multipart/mixed")


def wrong_boundary(tag: str, to: str) -> bytes:
    return good(tag, to, "just text", Content_Type="multipart/mixed; boundary=never")


def unlabelled_latin(tag: str, to: str) -> bytes:
    text = head(tag, to, Subject="H\xf3a \u0111\u01a1n".replace("\u0111\u01a1", "do"))
    return (text + "\r\nCaf\xe9 \xe0 la carte\r\n").encode("latin-1")


def long_message_id(tag: str, to: str) -> bytes:
    return good(tag, to, Message_ID=f"<{'x' * 6000}{tag}@example.com>")


def deep_html(tag: str, to: str) -> bytes:
    html = "<div>" * 10_000 + "inside" + "</div>" * 10_000
    return good(tag, to, html, Content_Type="text/html; charset=utf-8")


def bad_file_name(tag: str, to: str) -> bytes:
    text = head(tag, to, Content_Type="multipart/mixed; boundary=b") + "\r\n--b\r\n\r\nText\r\n"
    text += '--b\r\nContent-Type: image/png; name="../../etc/\0p\xe9.png"\r\n\r\nx\r\n--b--\r\n'
    return text.encode("latin-1")


def attached_mail(tag: str, to: str) -> bytes:
    text = head(tag, to, Content_Type="multipart/mixed; boundary=b") + "\r\n--b\r\n\r\nSee\r\n"
    inner = "Subject: inner\r\nContent-Type: text/plain; charset=nope\r\n\r\ninner \xe9\r\n"
    text += f"--b\r\nContent-Type: message/rfc822\r\n\r\n{inner}--b--\r\n"
    return text.encode("latin-1")


#: Every kind of bad mail that makes a ticket all the same.
BAD_BUT_READABLE = {
    function.__name__: function
    for function in (
        no_body, many_parts, nul_bytes, unknown_charset, python_charset, broken_base64,
        broken_headers, deep_nesting, several_senders, garbage_words, long_subject, no_boundary,
        wrong_boundary, unlabelled_latin, long_message_id, deep_html, bad_file_name, attached_mail,
    )
}  # fmt: skip
