"""The error of this room: one sentence for the reader in each language."""

from __future__ import annotations


class AirError(ValueError):
    """Input that cannot be worked with: says what was wrong and what to do, in Chinese (`zh`) and English (`en`)."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} {en}")
        self.zh, self.en = zh, en
