"""Text to token ids and back, from the files beside the weights.

What a user typed is never turned into a control token: only the chat template's own specials
are. Text comes back piece by piece and never ends inside a character.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from tokenizers import Tokenizer

from inference.protocol import Message

SHOWN = ("<think>", "</think>")  # shown to the student even where they are special tokens


def read_json(path: Path) -> dict[str, Any]:
    """The object in a JSON file; ValueError names the file if it is none."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ValueError(f"{path} is missing: this is not a complete model directory.") from None
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ValueError(f"{path} is damaged and cannot be read as JSON ({error}).") from None
    if not isinstance(data, dict):
        raise ValueError(f"{path} does not hold a JSON object.")
    return data


def _byte_alphabet() -> dict[str, int]:
    """The printable stand-in of each byte in byte-level BPE vocabularies (GPT-2, 2019)."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    table = {chr(b): b for b in plain}
    rest = [b for b in range(256) if b not in plain]
    return table | {chr(256 + i): b for i, b in enumerate(rest)}


class ChatTokenizer:
    """The chat template, the vocabulary and the special tokens of one model directory."""

    def __init__(self, directory: Path | str) -> None:
        directory = Path(directory)
        raw = read_json(directory / "tokenizer.json")
        settings_path = directory / "tokenizer_config.json"
        settings = read_json(settings_path) if settings_path.exists() else {}
        try:
            self._added = {t["content"]: t for t in raw.get("added_tokens") or []}
            # Without its added tokens the vocabulary cannot produce a control token.
            plain = raw | {"added_tokens": [], "post_processor": None}
            plain |= {"truncation": None, "padding": None}
            self._plain = Tokenizer.from_str(json.dumps(plain))
            self.vocab_size = 1 + max(
                [*self._plain.get_vocab().values(), *(t["id"] for t in self._added.values())]
            )
        except Exception as error:
            raise ValueError(f"{directory / 'tokenizer.json'} is damaged ({error}).") from None
        self._pieces = self._byte_pieces(raw)
        specials = sorted(self._added, key=len, reverse=True)
        self._split = re.compile("|".join(map(re.escape, specials)) or r"(?!)")
        self._template_text = self._find_template(directory, settings)
        self._template = self._compile(self._template_text, directory)
        self._variables = {
            key: value["content"] if isinstance(value, dict) else value
            for key, value in settings.items()
            if key.endswith("_token") and value
        }

    @staticmethod
    def _find_template(directory: Path, settings: dict[str, Any]) -> str:
        path = directory / "chat_template.jinja"
        if path.exists():
            return path.read_text(encoding="utf-8")
        template = settings.get("chat_template", "")
        if isinstance(template, list):  # several named ones
            named = {entry["name"]: entry["template"] for entry in template}
            template = named.get("default", "")
        return str(template)

    @staticmethod
    def _compile(text: str, directory: Path) -> Any:
        def refuse(message: str) -> None:
            raise TemplateError(message)

        environment = ImmutableSandboxedEnvironment(
            trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols"]
        )
        environment.globals["raise_exception"] = refuse
        environment.filters["tojson"] = lambda value, **_: json.dumps(value, ensure_ascii=False)
        try:
            return environment.from_string(text)
        except TemplateError as error:
            raise ValueError(f"The chat template in {directory} is damaged ({error}).") from None

    def _byte_pieces(self, raw: dict[str, Any]) -> list[bytes]:
        """The bytes each token id stands for; hidden specials stand for none."""
        alphabet = _byte_alphabet()
        pieces = [b""] * self.vocab_size
        byte_level = '"ByteLevel"' in json.dumps([raw.get("decoder"), raw.get("pre_tokenizer")])
        for token, id in self._plain.get_vocab().items():
            if byte_level and all(c in alphabet for c in token):
                pieces[id] = bytes(alphabet[c] for c in token)
            elif re.fullmatch("<0x[0-9A-F]{2}>", token):
                pieces[id] = bytes([int(token[3:5], 16)])
            else:
                pieces[id] = token.replace("▁", " ").encode()
        for token, entry in self._added.items():
            hidden = entry.get("special") and token not in SHOWN
            pieces[entry["id"]] = b"" if hidden else token.encode()
        return pieces

    def token_id(self, token: str) -> int | None:
        """The id of an added token such as </think>, if the vocabulary has it."""
        entry = self._added.get(token)
        return None if entry is None else int(entry["id"])

    def encode_text(self, text: str) -> list[int]:
        """Ids of plain text; nothing in it becomes a control token."""
        return list(self._plain.encode(text, add_special_tokens=False).ids) if text else []

    def _render(self, messages: Sequence[Message], reply_opened: bool) -> tuple[str, str]:
        """The template's text and the mark that sits inside whatever users typed as a special.

        ValueError if there is no template or it refuses the messages.
        """
        if not self._template_text:
            raise ValueError("The model directory has no chat template, so it cannot hold a chat.")
        joined = "".join(m["content"] for m in messages)
        mark = next(chr(c) for c in range(0xE000, 0xF900) if chr(c) not in joined)

        def defused(text: str) -> str:
            return self._split.sub(lambda t: t[0][0] + mark + t[0][1:], text)

        marked = [{"role": m["role"], "content": defused(m["content"])} for m in messages]
        try:
            text = self._template.render(
                messages=marked, add_generation_prompt=reply_opened, **self._variables
            )
        except TemplateError as error:
            raise ValueError(f"The chat template refused these messages ({error}).") from None
        return text, mark

    def chat_text(self, messages: Sequence[Message]) -> str:
        """The chat template's text; a special token that a user typed has a space inside."""
        text, mark = self._render(messages, True)
        return text.replace(mark, " ")

    def encode_chat(self, messages: Sequence[Message], *, reply_opened: bool = True) -> list[int]:
        """Ids of the chat template over `messages`, with the opening of the reply.

        ValueError if there is no template or it refuses the messages.
        """
        text, mark = self._render(messages, reply_opened)
        ids: list[int] = []
        start = 0
        for match in self._split.finditer(text):
            ids += self.encode_text(text[start : match.start()].replace(mark, ""))
            ids.append(self._added[match[0]]["id"])
            start = match.end()
        return ids + self.encode_text(text[start:].replace(mark, ""))

    def decoder(self) -> TextDecoder:
        return TextDecoder(self._pieces)


class TextDecoder:
    """Turns one reply's token ids into text, holding back bytes of an unfinished character."""

    def __init__(self, pieces: list[bytes]) -> None:
        self._pieces = pieces
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode

    def feed(self, token: int) -> str:
        """The text this token completes (often the token itself, sometimes nothing)."""
        return self._decode(self._pieces[token]) if token < len(self._pieces) else ""
