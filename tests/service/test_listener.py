"""The listener behind every live screen: what a topic's own handling throws does not end it."""

import time

from sqlalchemy import text

from estate_app.db import CHANNEL, Listener


def test_a_listener_that_was_thrown_off_hears_what_comes_later(committed):
    heard: list[str] = []

    def hear(topic: str) -> None:
        heard.append(topic)
        if topic == "bad":
            raise RuntimeError("Unable to release an unacquired lock")

    listener = Listener(hear)
    listener.start()
    try:
        for topic in ("bad", "good"):
            deadline = time.monotonic() + 20
            while topic not in heard and time.monotonic() < deadline:
                with committed.engine.begin() as connection:
                    connection.execute(text("SELECT pg_notify(:channel, :topic)"), {"channel": CHANNEL, "topic": topic})
                time.sleep(0.2)
    finally:
        listener.stop()
    assert {"bad", "good"} <= set(heard)
