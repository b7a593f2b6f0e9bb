"""An AWS simulator for Landform's tests: moto, with its gaps filled, faults on demand and a count of calls.

Run as ``python -m landform_simulator --port 0``. See README.md for the control endpoint.
"""
