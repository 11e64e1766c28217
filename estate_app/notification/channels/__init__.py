"""The vendors that carry messages, each behind the contract of `contract.py`."""
