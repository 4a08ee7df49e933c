"""Faults and races with real processes and a real database: `./run faults`, and shorter in the gate.

`harness` starts processes, `worker` is what runs in them, `invariants` judges the outcome.
"""
