"""Gates of CareDesk: lint, formatting, tests, the log gate and the requirement trace.

Everything here runs on the standard library alone, so that `./run` can start it with any
Python >= 3.10. Tools that need packages run as programs of the toolchain's environment.
"""
