"""Every error number asks of its caller what the table of consequences says."""

import pytest
from caredesk_zalo import zalo_client
from caredesk_zalo.zalo_client import error_table

from zalo_sandbox import Server

from . import zalo

OPENAPI, BUSINESS = error_table.OPENAPI, error_table.BUSINESS

CLASSES = [
    ("refresh once, call once more", zalo_client.ZaloAuthExpired, OPENAPI, (-124, -216, -220)),
    ("refresh once, call once more", zalo_client.ZaloAuthExpired, BUSINESS, (-124, -216, -220)),
    ("back off", zalo_client.ZaloRetryable, OPENAPI, (-32, -200)),
    ("back off", zalo_client.ZaloRetryable, BUSINESS, (-32, -100)),
    ("upload again", zalo_client.ZaloUploadExpired, OPENAPI, (-100,)),
    ("in an hour", zalo_client.ZaloLater, OPENAPI, (-211, -218)),
    ("in an hour", zalo_client.ZaloLater, BUSINESS, (-1441,)),
    ("in the morning", zalo_client.ZaloNight, OPENAPI, (-234,)),
    ("in the morning", zalo_client.ZaloNight, BUSINESS, (-133,)),
    ("tomorrow", zalo_client.ZaloTomorrow, BUSINESS, (-144, -147)),
    (
        "a person",
        zalo_client.ZaloNeedsHuman,
        OPENAPI,
        (-209, -212, -219, -221, -223, -224, -242, -320, -321),
    ),
    (
        "a person",
        zalo_client.ZaloNeedsHuman,
        BUSINESS,
        (-101, -102, -103, -104, -105, -135, -136, -137),
    ),
    ("never", zalo_client.ZaloRejected, OPENAPI, (-201, -213, -217, -230, -233, -244, -248, -999)),
]


@pytest.mark.parametrize(
    ("kind", "table", "code"),
    [(kind, table, code) for _words, kind, table, codes in CLASSES for code in codes],
)
def test_number_has_its_class(kind, table, code):
    """IE-38: what is done about an error depends on its number, on each of the two hosts."""
    assert error_table.row(code, table).error is kind


def test_expired_upload_was_not_sent():
    """IE-38: -100 is tried again, with a new upload: it is one of those that may be."""
    assert issubclass(zalo_client.ZaloUploadExpired, zalo_client.ZaloRetryable)
    assert zalo_client.ZaloHeld(7).retry_after == 7


def test_quotas_are_numbers_however_zalo_writes_them():
    """IE-35: texts or numbers, one row or none."""
    with Server() as server, zalo.connected(server) as client:
        quota = client.account.message_quota()
        assert (quota.total, quota.left) == (2000, 1987)
        quota = client.account.template_quota()
        assert (quota.total, quota.left) == (500, 499)
