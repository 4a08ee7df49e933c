"""What a customer does in `two_nodes`: the same form, sent on both nodes at the same moment."""

import threading

from .node_client import PASSWORD, Browser, guarded


def visit(nodes, plan: dict, rounds: int) -> dict:
    """Let a customer open a ticket and answer, each form on both nodes at once.

    :return: what was tried and went wrong; `ticket_id` of the ticket that both nodes show
    """
    browsers = [Browser(node, plan["customer"], PASSWORD) for node in nodes]
    found = {"tried": rounds + 1, "lost": [], "twice": [], "wrong": []}
    words = {"title": "Máy in không in", "text": "Từ sáng nay", "type_id": str(plan["type_id"])}
    form, action = "/my/tickets/new", "/my/tickets/create"
    led_to = {url.partition("?")[0] for url in _send(browsers, form, action, words, found)}
    ids = sorted({int(url.rpartition("/")[2]) for url in led_to})
    found["twice"] += [f"duplicated: the same request is {ids}"] if len(ids) > 1 else []
    path = f"/my/tickets/{ids[0]}"
    for number in range(rounds):
        text = f"Câu trả lời {number}."
        _send(browsers, path, f"{path}/reply", {"text": text}, found)
        for browser in browsers:
            times = browser.page(path).count(text)
            found["lost"] += [] if times else [f"lost: «{text}» on {browser.url}"]
            found["twice"] += [f"duplicated: «{text}» {times} times"] if times > 1 else []
    return {**found, "ticket_id": ids[0]}


def _send(browsers, form: str, action: str, words: dict, found: dict) -> list[str]:
    """Send a form on all nodes at once; return the addresses of the pages that it led to."""
    led_to: list[str] = []

    def send(browser, fields):
        led_to.append(browser.send(action, fields))

    threads = [
        threading.Thread(
            target=guarded,
            args=(found["wrong"], send, browser, {**browser.hidden_fields(form), **words}),
        )
        for browser in browsers
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return led_to
