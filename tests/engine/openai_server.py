"""A small OpenAI-compatible server around this project's own engine, over real HTTP.

Enough of the interface to test `inference.remote`: models, streamed chat completions (with
`continue_final_message`, as vLLM and SGLang understand it) and streamed raw completions.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from inference.engine import Engine, SamplingParams


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, engine: Engine, owner: str) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.engine, self.owner, self.lock = engine, owner, threading.Lock()
        self.bodies: list[dict] = []
        self.break_after = 0  # events after which a connection is cut, once
        self.cut_streams = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        card = {"id": "tiny", "owned_by": self.server.owner, "max_model_len": 1024}
        self._json(200, {"object": "list", "data": [card]})

    def _json(self, status: int, body: dict) -> None:
        raw = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def _prompt(self, body: dict) -> list[int]:
        tokenizer = self.server.engine.tokenizer
        if "prompt" in body:
            specials = {"<|im_start|>", "<|im_end|>"}
            ids, rest = [], body["prompt"]
            while rest:
                at, name = min(((rest.find(s), s) for s in specials if s in rest), default=(-1, ""))
                if at < 0:
                    return ids + tokenizer.encode_text(rest)
                ids += [*tokenizer.encode_text(rest[:at]), tokenizer.token_id(name)]
                rest = rest[at + len(name) :]
            return ids
        messages = body["messages"]
        if not body.get("continue_final_message"):
            return tokenizer.encode_chat(messages)
        return tokenizer.encode_chat(messages[:-1]) + tokenizer.encode_text(messages[-1]["content"])

    def do_POST(self) -> None:
        server = self.server
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        server.bodies.append(body)
        if body["temperature"] > 2:
            return self._json(400, {"error": {"message": "temperature is too high"}})
        self.send_response(200)
        self.end_headers()
        params = SamplingParams(
            temperature=body["temperature"],
            seed=body["seed"],
            max_tokens=body["max_tokens"],
            stop=tuple(body.get("stop", ())),
        )
        try:
            for count, (text, reason) in enumerate(self._tokens(self._prompt(body), params), 1):
                key = {"text": text} if "prompt" in body else {"delta": {"content": text}}
                event = {"choices": [{**key, "finish_reason": reason}]}
                self.wfile.write(f"data: {json.dumps(event)}\n\n".encode())
                if count == server.break_after:
                    server.break_after = 0
                    return None
            self.wfile.write(b"data: [DONE]\n\n")
        except OSError:
            server.cut_streams += 1

    def _tokens(
        self, prompt: list[int], params: SamplingParams
    ) -> Iterator[tuple[str, str | None]]:
        engine, lock = self.server.engine, self.server.lock
        with lock:  # one reply at a time is enough here
            id = engine.add(prompt, params)
            try:
                while True:
                    for delta in engine.step():
                        yield delta.text, delta.finish_reason
                        if delta.finish_reason:
                            return
            finally:
                engine.cancel(id)
                engine.step()


@contextmanager
def serving(engine: Engine, owner: str = "vllm") -> Iterator[Server]:
    server = Server(engine, owner)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
