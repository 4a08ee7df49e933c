"""Faults and races with real processes and a real database, for `./run faults` and the gate.

`harness` starts processes, `worker` is what runs in them, `invariants` judges the outcome.
"""
