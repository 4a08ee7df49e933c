"""A Zalo for developers, tests and demonstrations: Zalo offers none itself."""

from .sandbox import Sandbox
from .server import Server
from .switches import Switches
from .world import World, furnished
