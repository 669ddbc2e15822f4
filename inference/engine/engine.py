"""The engine: requests in, tokens out, one `step` at a time, for one thread."""

from __future__ import annotations

from collections.abc import Sequence as Items
from pathlib import Path

import torch

from inference.protocol import Delta, EngineInfo, Message, SamplingParams

from .attention import BLOCK
from .kv_cache import KVCache
from .model import Chunk, Row, load_model
from .sampler import sample
from .sequence import Sequence
from .tokenizer import ChatTokenizer
from .weights import Checkpoint, read_config, read_json


class Engine:
    """Serves several requests from one Qwen2 model; see `inference.protocol.EngineProtocol`."""

    @classmethod
    def load(
        cls, path: str | Path, device: str = "auto", quantize: str | None = None, *, slots: int = 8
    ) -> Engine:
        return cls(Path(path), device, quantize, slots)

    def __init__(self, path: Path, device: str, quantize: str | None, slots: int) -> None:
        if device == "auto":
            device = "cuda:0" if torch.cuda.is_available() else "cpu"
        where = torch.device(device)
        config = read_config(path)
        self.tokenizer = ChatTokenizer(path)
        source = Checkpoint(path)
        self.model = load_model(config, source, where, config.dtype)
        self.cache = KVCache(config, slots, config.context, config.dtype, where)
        self.model.prepare(self.cache)
        card_path = path / "thinktrail.json"
        card = read_json(card_path) if card_path.exists() else {}
        self.info = EngineInfo(
            model=str(card.get("name") or path.name),
            revision=source.fingerprint(),
            engine="engine",
            device=str(where),
            dtype=str(config.dtype).removeprefix("torch."),
            parameters=0,
            context_tokens=config.context,
            slots=slots,
            strengths=tuple(card.get("strengths", ())),
        )
        self._eos = frozenset(config.eos)
        self._all: dict[int, Sequence] = {}
        self._waiting: list[Sequence] = []
        self._slots: list[Sequence | None] = [None] * slots
        self._next = 0
        self.forced = tuple(
            self.tokenizer.encode_text("\n</think>\n\nThe final answer is \\boxed{")
        )

    def encode(self, messages: Items[Message]) -> list[int]:
        return self.tokenizer.encode_chat(messages)

    def add(
        self, prompt_ids: Items[int], params: SamplingParams, *, resume_ids: Items[int] = ()
    ) -> int:
        if not prompt_ids:
            raise ValueError("The prompt is empty.")
        if not all(0 <= t < self.model.config.vocab for t in (*prompt_ids, *resume_ids)):
            raise ValueError("The prompt holds a token id outside the model's vocabulary.")
        if len(prompt_ids) + params.max_tokens > self.info.context_tokens:
            raise ValueError(
                f"Prompt ({len(prompt_ids)} tokens) and reply (up to {params.max_tokens}) do not "
                f"fit the context of {self.info.context_tokens} tokens."
            )
        self._next += 1
        sequence = Sequence(
            id=self._next,
            ids=list(prompt_ids),
            prompt=len(prompt_ids),
            params=params,
            decoder=self.tokenizer.decoder(),
            eos=self._eos,
            forced=self.forced,
        )
        sequence.replay(resume_ids)
        self._all[sequence.id] = sequence
        self._waiting.append(sequence)
        return sequence.id

    def cancel(self, id: int) -> None:
        if sequence := self._all.get(id):
            sequence.cancelled = True

    def close(self) -> None:
        self._all.clear()

    def step(self) -> list[Delta]:
        done = []
        for s in list(self._all.values()):
            if s.cancelled and not s.finished:
                s.finished = "cancelled"
            if s.finished:
                done.append(self._leave(s))
        for i, held in enumerate(self._slots):
            if held is None and self._waiting:
                s = self._waiting.pop(0)
                s.slot = i
                self._slots[i] = s
        chunks: list[Chunk] = []
        chunked = []
        rows: list[Row] = []
        drawn = []
        for s in self._slots:
            if s is None:
                continue
            if s.computed < s.prompt:
                end = min(s.prompt, s.computed + BLOCK)
                chunks.append(Chunk(s.slot, s.computed, s.ids[s.computed : end]))
                chunked.append(s)
            else:
                rows.append(Row(s.slot, s.computed, s.ids[s.computed]))
                drawn.append(s)
        both = chunked + drawn
        if not both:
            return done
        logits = self.model.forward(self.cache, chunks, rows)
        for s, chunk in zip(chunked, chunks, strict=True):
            s.computed += len(chunk.tokens)
        for s in drawn:
            s.computed += 1
        picks = [i for i, s in enumerate(both) if s.computed == len(s.ids)]
        draws = sample(logits[picks], [(both[i].params, both[i].generated) for i in picks])
        for i, draw in zip(picks, draws, strict=True):
            s = both[i]
            forced = s.due()
            if draw.token < 0:
                s.finished, s.error = "error", "The model's output was not a number."
                self.cache.clear(s.slot)
                done.append(self._leave(s))
                continue
            s.append(draw.token if forced is None else forced)
            done.append(self._leave(s) if s.finished else s.delta())
        return done

    def _leave(self, s: Sequence) -> Delta:
        if s.slot >= 0:
            self._slots[s.slot] = None
        elif s in self._waiting:
            self._waiting.remove(s)
        del self._all[s.id]
        return s.delta()
