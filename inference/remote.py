"""The engine protocol over any OpenAI-compatible server: vLLM, SGLang, llama-server and others.

Such servers stream text, not token ids, so the ids of this engine are code points: what a crash
leaves behind in the token stream is the emitted text itself, and a resume continues from it. How
it does depends on the server (see `_request`): `continue_final_message` where that is known, an
open assistant turn for llama-server, else a raw completion of the chat template, for which the
model's tokenizer files must be here. Draws are the server's: a resumed reply goes on from the
same prefix, but not necessarily with the same words.
"""

from __future__ import annotations

import http.client
import json
import os
import queue
import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from inference.protocol import Delta, EngineInfo, FinishReason, Message, SamplingParams
from inference.text import ChatTokenizer

RETRIES = 3  # broken connections per reply; each goes on from what was received
STEP_S = 0.02  # how long a step waits for news
IDLE_S = 120.0  # without a byte for so long, a connection counts as broken
CONTEXT = 32_768  # tokens, where the server does not say
CONTINUES = ("vllm", "sglang")  # `owned_by` of servers that know continue_final_message


@dataclass(slots=True, eq=False)
class _Reply:
    """One request; its thread puts (text, reason, error) into `news`."""

    id: int
    messages: list[Message]
    params: SamplingParams
    text: str  # emitted so far, by earlier lives included
    news: queue.SimpleQueue[tuple[str, FinishReason | None, str]] = field(
        default_factory=queue.SimpleQueue
    )
    cancelled: bool = False
    connection: http.client.HTTPConnection | None = None


class RemoteEngine:
    """Fulfils `inference.protocol.EngineProtocol`; one thread per running reply."""

    def __init__(
        self, url: str, model: str = "", *, slots: int = 8, tokenizer: Path | str | None = None
    ) -> None:
        """url: the server's base, with or without /v1. ValueError if it does not answer.

        tokenizer: a directory with tokenizer.json, for servers that cannot continue a reply
        (None: THINKTRAIL_MODEL if it is one).
        """
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"THINKTRAIL_REMOTE_URL must be an http address, not {url!r}.")
        self._parts, self._base = parts, parts.path.rstrip("/").removesuffix("/v1")
        served = self._models()
        chosen = next((m for m in served if m.get("id") == model or not model), None)
        if chosen is None:
            names = ", ".join(str(m.get("id")) for m in served) or "none"
            raise ValueError(f"The server at {url} does not serve {model!r}; it serves {names}.")
        self._owner = str(chosen.get("owned_by", ""))
        self._chat = self._tokenizer(tokenizer)
        meta = chosen.get("meta") or {}
        self.info = EngineInfo(
            model=str(chosen["id"]),
            revision=str(chosen.get("created", "")),
            engine="remote",
            device=parts.hostname,
            dtype="",
            parameters=int(meta.get("n_params") or 0),
            context_tokens=int(chosen.get("max_model_len") or meta.get("n_ctx_train") or CONTEXT),
            slots=slots,
            strengths=("*",),
        )
        self._replies: dict[int, _Reply] = {}
        self._next = 0

    @staticmethod
    def _tokenizer(directory: Path | str | None) -> ChatTokenizer | None:
        path = Path(directory or os.environ.get("THINKTRAIL_MODEL", ""))
        if not (path / "tokenizer.json").is_file():
            return None
        return ChatTokenizer(path)

    def encode(self, messages: Sequence[Message]) -> list[int]:
        """Code points of the messages as JSON, from which `add` reads them back."""
        if not messages:
            raise ValueError("There is nothing to answer.")
        return [ord(c) for c in json.dumps(list(messages), ensure_ascii=False)]

    def add(
        self, prompt_ids: Sequence[int], params: SamplingParams, *, resume_ids: Sequence[int] = ()
    ) -> int:
        try:
            messages = json.loads("".join(map(chr, prompt_ids)))
        except ValueError:
            raise ValueError("The prompt was not made by this engine's encode.") from None
        self._next += 1
        reply = _Reply(self._next, messages, params, "".join(map(chr, resume_ids)))
        self._replies[reply.id] = reply
        threading.Thread(target=self._follow, args=(reply,), daemon=True).start()
        return reply.id

    def step(self) -> list[Delta]:
        """What has arrived; waits a moment when nothing has."""
        for _ in range(2):
            deltas = [d for r in list(self._replies.values()) if (d := self._news(r))]
            if deltas or not self._replies:
                return deltas
            time.sleep(STEP_S)
        return []

    def _news(self, reply: _Reply) -> Delta | None:
        text, reason, error = "", None, ""
        while not reply.news.empty() and reason is None:
            piece, reason, error = reply.news.get()
            text += piece
        if reply.cancelled:
            text, reason, error = "", "cancelled", ""
        if reason:
            del self._replies[reply.id]
        elif not text:
            return None
        return Delta(reply.id, tuple(map(ord, text)), text, reason, error)

    def cancel(self, id: int) -> None:
        if reply := self._replies.get(id):
            reply.cancelled = True
            if reply.connection and reply.connection.sock:
                reply.connection.sock.close()

    def close(self) -> None:
        for id in list(self._replies):
            self.cancel(id)
        self._replies.clear()

    def _follow(self, reply: _Reply) -> None:
        """Thread: read the stream into `news`; after a broken connection, go on from the text."""
        broken = 0
        while not reply.cancelled:
            try:
                for piece, reason in self._stream(reply):
                    reply.text += piece
                    reply.news.put((piece, reason, ""))
                    if reason:
                        return
                raise ConnectionError("the stream ended early")
            except ValueError as error:
                return reply.news.put(("", "error", str(error)))
            except (OSError, http.client.HTTPException) as error:
                broken += 1
                if broken > RETRIES:
                    return reply.news.put(("", "error", f"The model server is gone ({error})."))
                time.sleep(0.2 * 2**broken)

    def _stream(self, reply: _Reply) -> Iterator[tuple[str, FinishReason | None]]:
        """(text, reason) of each event of one connection; ValueError if the server refuses."""
        path, body = self._request(reply)
        connection = reply.connection = self._connect(IDLE_S)
        try:
            connection.request("POST", f"{self._base}{path}", json.dumps(body), self._headers())
            response = connection.getresponse()
            if response.status >= 500 or response.status == 429:
                raise ConnectionError(f"status {response.status}")
            if response.status != 200:
                said = response.read(400).decode(errors="replace")
                raise ValueError(f"The model server refused the request: {said}")
            thinking = False
            for line in response:
                data = line.strip().removeprefix(b"data:").strip()
                if not line.startswith(b"data:") or data == b"[DONE]":
                    continue
                event = json.loads(data)
                if event.get("error"):
                    raise ValueError(f"The model server failed: {event['error']}")
                for choice in event.get("choices", ()):
                    text, thinking = _text(choice, thinking)
                    ended = choice.get("finish_reason")
                    yield text, ("length" if ended == "length" else "stop") if ended else None
        finally:
            connection.close()

    def _request(self, reply: _Reply) -> tuple[str, dict[str, Any]]:
        """The path and body that start a reply or continue it from the text so far."""
        params = reply.params
        body: dict[str, Any] = {
            "model": self.info.model,
            "stream": True,
            "temperature": params.temperature,
            "top_p": params.top_p,
            "seed": params.seed & 0x7FFFFFFF,
            # Characters stand for tokens here; four of them make about one of the server's.
            "max_tokens": max(1, params.max_tokens - len(reply.text) // 4),
        }
        if params.stop:
            body["stop"] = list(params.stop)
        if self._owner in (*CONTINUES, "llamacpp"):
            body |= {"top_k": params.top_k or -1, "min_p": params.min_p}
        messages: list[dict[str, str]] = [dict(m) for m in reply.messages]  # type: ignore[arg-type]
        if self._chat is not None and self._owner not in (*CONTINUES, "llamacpp"):
            return "/v1/completions", body | {
                "prompt": self._chat.chat_text(reply.messages) + reply.text
            }
        if not reply.text:
            return "/v1/chat/completions", body | {"messages": messages}
        messages.append({"role": "assistant", "content": reply.text})
        if self._owner in CONTINUES:
            body |= {"continue_final_message": True, "add_generation_prompt": False}
        elif self._owner != "llamacpp":
            raise ValueError(
                "This model server cannot continue an interrupted reply; "
                "set THINKTRAIL_MODEL to a directory with the model's tokenizer files."
            )
        return "/v1/chat/completions", body | {"messages": messages}

    def _models(self) -> list[dict[str, Any]]:
        address = f"{self._parts.scheme}://{self._parts.netloc}"
        try:
            connection = self._connect(10)
            connection.request("GET", f"{self._base}/v1/models", headers=self._headers())
            response = connection.getresponse()
            data = json.loads(response.read())
            connection.close()
            return list(data["data"])
        except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError) as error:
            raise ValueError(f"No model server answers at {address} ({error}).") from None

    def _connect(self, timeout: float) -> http.client.HTTPConnection:
        host, port = self._parts.hostname or "", self._parts.port
        if self._parts.scheme == "https":
            context = ssl.create_default_context()
            return http.client.HTTPSConnection(host, port, timeout=timeout, context=context)
        return http.client.HTTPConnection(host, port, timeout=timeout)

    @staticmethod
    def _headers() -> dict[str, str]:
        headers = {"Content-Type": "application/json"}
        if key := os.environ.get("THINKTRAIL_REMOTE_KEY"):
            headers["Authorization"] = f"Bearer {key}"
        return headers


def _text(choice: dict[str, Any], thinking: bool) -> tuple[str, bool]:
    """The text of one event, and whether the reasoning is open after it.

    Servers that part the reasoning from the reply get their <think> tags back.
    """
    if "text" in choice:
        return choice["text"] or "", thinking
    delta = choice.get("delta") or {}
    reasoning = delta.get("reasoning_content") or delta.get("reasoning") or ""
    content = delta.get("content") or ""
    text = ""
    if reasoning:
        text += reasoning if thinking else f"<think>{reasoning}"
        thinking = True
    if content:
        text += f"</think>{content}" if thinking else content
        thinking = False
    return text, thinking
