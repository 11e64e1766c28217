"""The vendors that move money, each behind the contract of `contract.py`."""
