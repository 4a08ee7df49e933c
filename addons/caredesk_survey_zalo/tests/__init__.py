from . import test_zalo_invitation
