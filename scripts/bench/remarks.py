"""What bounds the rows that miss a target: by the row's name, or by its group's."""

from __future__ import annotations

REMARKS: dict[str, str] = {}
