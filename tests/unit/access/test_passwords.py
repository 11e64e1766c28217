"""What a guess costs where people really sign in: the tests themselves hash with less."""

import subprocess
import sys

PRINT = """
from estate_app.access.service import hash_password
print(hash_password("estate-demo-2026"))
"""


def test_a_password_is_hashed_with_argon2id_at_no_less_than_rfc_9106_asks_of_small_machines():
    made = subprocess.run([sys.executable, "-c", PRINT], capture_output=True, text=True, check=True).stdout
    _, kind, version, costs, *_ = made.split("$")
    memory, passes, lanes = (int(part.partition("=")[2]) for part in costs.split(","))
    assert (kind, version) == ("argon2id", "v=19")
    assert memory >= 64 * 1024
    assert passes >= 3
    assert lanes >= 4
