"""The commands of `./run`, one function each: `(argv: list[str]) -> int`."""
