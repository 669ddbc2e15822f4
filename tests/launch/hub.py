"""A small local server that speaks the model hub's protocol and can cut a download short."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@dataclass
class Hub:
    files: dict[str, bytes]
    url: str = ""
    cut_after: int = 0  # bytes of a weights file after which the next download is cut, once
    requests: list[tuple[str, str, str]] = field(default_factory=list)  # method, path, Range


def handler(hub: Hub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *arguments: object) -> None:
            pass

        def do_HEAD(self) -> None:
            self.answer(body=False)

        def do_GET(self) -> None:
            self.answer(body=True)

        def answer(self, body: bool) -> None:
            asked = self.headers.get("Range", "")
            hub.requests.append((self.command, self.path, asked))
            path = self.path.split("?")[0]
            if "/tree/" in path:
                tree = [
                    {"type": "file", "path": name, "size": len(data), "oid": "0" * 40}
                    for name, data in hub.files.items()
                ]
                return self.reply(json.dumps(tree).encode(), {}, body)
            if path.startswith("/api/models/"):
                siblings = [{"rfilename": name} for name in hub.files]
                info = {"id": "WeiboAI/VibeThinker-1.5B", "sha": COMMIT, "siblings": siblings}
                return self.reply(json.dumps(info).encode(), {}, body)
            name = path.split(f"/resolve/{COMMIT}/")[-1]
            if name not in hub.files:
                return self.reply(b"Entry not found", {"X-Error-Code": "EntryNotFound"}, body, 404)
            data = hub.files[name]
            headers = {
                "X-Repo-Commit": COMMIT,
                "ETag": f'"{hashlib.sha256(data).hexdigest()}"',
                "Accept-Ranges": "bytes",
            }
            if asked:
                start = int(asked.removeprefix("bytes=").split("-")[0])
                headers["Content-Range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
                return self.reply(data[start:], headers, body, 206)
            return self.reply(data, headers, body)

        def reply(
            self, data: bytes, headers: dict[str, str], body: bool, status: int = 200
        ) -> None:
            self.send_response(status)
            for key, value in {**headers, "Content-Length": str(len(data))}.items():
                self.send_header(key, value)
            self.end_headers()
            if not body:
                return
            if hub.cut_after and self.path.endswith(".safetensors"):
                data, hub.cut_after = data[: hub.cut_after], 0
                self.close_connection = True
            self.wfile.write(data)

    return Handler


@contextmanager
def run_hub(files: dict[str, bytes]) -> Iterator[Hub]:
    hub = Hub(files)
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler(hub))
    server.daemon_threads = True
    hub.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
