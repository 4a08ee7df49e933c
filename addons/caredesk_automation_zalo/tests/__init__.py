from . import test_zalo_channel
