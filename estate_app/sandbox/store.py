"""The sandbox's book: documents by kind and key in one SQLite file, so that a restart keeps every order."""

import json
import sqlite3
import threading
from pathlib import Path
from typing import Any

BOOK_FILE = "book.sqlite3"


class DocumentStore:
    """A small store of JSON documents; one connection under one lock, so that each call is atomic."""

    def __init__(self, directory: Path) -> None:
        """Open the book in `directory`, making both when missing."""
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.lock = threading.RLock()
        self._connection = sqlite3.connect(directory / BOOK_FILE, check_same_thread=False, isolation_level=None)
        # A restart must find everything; a power cut may lose play money.
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=OFF")
        self._connection.execute(
            "CREATE TABLE IF NOT EXISTS document (kind TEXT, key TEXT, content TEXT NOT NULL, PRIMARY KEY (kind, key))"
        )

    def get(self, kind: str, key: str) -> dict[str, Any] | None:
        """Return one document, or None."""
        with self.lock:
            row = self._connection.execute("SELECT content FROM document WHERE kind = ? AND key = ?", (kind, key)).fetchone()
        return json.loads(row[0]) if row else None

    def put(self, kind: str, key: str, content: dict[str, Any]) -> None:
        """Write one document over whatever was there."""
        text = json.dumps(content, ensure_ascii=False)
        with self.lock:
            self._connection.execute(
                "INSERT INTO document VALUES (?, ?, ?) ON CONFLICT (kind, key) DO UPDATE SET content = excluded.content",
                (kind, key, text),
            )

    def add(self, kind: str, key: str, content: dict[str, Any]) -> bool:
        """Write one document unless the key is taken; tell whether it was written."""
        with self.lock:
            cursor = self._connection.execute(
                "INSERT OR IGNORE INTO document VALUES (?, ?, ?)", (kind, key, json.dumps(content, ensure_ascii=False))
            )
            return cursor.rowcount == 1

    def all(self, kind: str) -> list[dict[str, Any]]:
        """Return all documents of a kind in the order in which they were first written."""
        with self.lock:
            rows = self._connection.execute("SELECT content FROM document WHERE kind = ? ORDER BY rowid", (kind,)).fetchall()
        return [json.loads(row[0]) for row in rows]

    def close(self) -> None:
        """Close the book."""
        with self.lock:
            self._connection.close()
