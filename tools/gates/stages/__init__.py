"""The stages of `./run test`, one module each, in the order in which they run."""
