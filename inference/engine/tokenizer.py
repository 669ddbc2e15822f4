"""Text to token ids and back; shared with the remote engine, so it lives in `inference.text`."""

from inference.text import ChatTokenizer, TextDecoder

__all__ = ["ChatTokenizer", "TextDecoder"]
