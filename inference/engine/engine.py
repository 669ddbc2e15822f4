"""The engine: requests in, tokens out, one `step` at a time, for one thread."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence as Items
from pathlib import Path

import torch
from torch import Tensor

from inference.protocol import Delta, EngineInfo, Message, SamplingParams
from inference.text import ChatTokenizer, read_json

from .card import CardDecoder
from .devices import choose_device, make_memory
from .fused import FusedDecoder, fused_decoder
from .kv_cache import Blocks, KVCache
from .model import SMALL, Chunk, Qwen2, Row, load_model
from .native import MOST_ROWS
from .sampler import Draw, Want, sample
from .scheduler import REPLAY, Scheduler, Work
from .sequence import Sequence
from .speculation import DRAFT, Lookup
from .team import TeamDecoder, team_decoder
from .weights import Checkpoint, read_config

BITS = {None: 16, "int8": 8, "int4": 4}  # of a weight
LARGE = 200_000_000  # parameters from which "auto" quantises on a CPU
ANY = 1 << 30  # rows of a pass where their number does not matter
CLOSING = "\n</think>\n\nThe final answer is \\boxed{"


class Engine:
    """Serves several requests from one Qwen2 model; see `inference.protocol.EngineProtocol`."""

    @classmethod
    def load(
        cls,
        path: str | Path,
        device: str = "auto",
        quantize: str | None = None,
        *,
        slots: int = 8,
        context: int = 0,
        memory_mb: int = 0,
        speculate: bool | None = None,
    ) -> Engine:
        """Load a model directory and warm up.

        quantize: None keeps the checkpoint's dtype, "int8" or "int4" quantise, "auto" takes int8
        on a CPU above 200M parameters. context: tokens per request at most (0: the model's own).
        memory_mb: for keys and values (0: a third of what is free). speculate: prompt-lookup
        drafts always or never (None: only while they measure faster).
        ValueError says in one sentence what is wrong with the directory or the arguments.
        """
        path = Path(path)
        if quantize not in (*BITS, "auto"):
            raise ValueError(f"quantize is None, 'int8', 'int4' or 'auto', not {quantize!r}.")
        config, where = read_config(path), choose_device(device)
        tokenizer, source = ChatTokenizer(path), Checkpoint(path)
        if quantize == "auto":
            quantize = "int8" if where.type == "cpu" and config.parameters > LARGE else None
        threads = 1 if config.parameters < SMALL else (os.cpu_count() or 1)
        if where.type == "cpu":
            torch.set_num_threads(threads)
        revision = source.fingerprint()
        model = load_model(config, source, where, BITS[quantize], revision)
        cache, blocks = make_memory(config, where, model.cache_dtype, slots, context, memory_mb)
        model.prepare(cache)
        card = read_json(path / "thinktrail.json") if (path / "thinktrail.json").exists() else {}
        info = EngineInfo(
            model=str(card.get("name") or path.resolve().name),
            revision=revision,
            engine="engine",
            device=str(where),
            dtype=quantize or str(config.dtype).removeprefix("torch."),
            parameters=config.parameters,
            context_tokens=cache.context,
            slots=slots,
            strengths=tuple(card.get("strengths", ())),
        )
        return cls(info, model, cache, blocks, tokenizer, frozenset(config.eos), speculate)

    def __init__(
        self,
        info: EngineInfo,
        model: Qwen2,
        cache: KVCache,
        blocks: Blocks,
        tokenizer: ChatTokenizer,
        eos: frozenset[int],
        speculate: bool | None,
    ) -> None:
        self.info, self.model, self.cache, self.tokenizer = info, model, cache, tokenizer
        self.scheduler = Scheduler(cache, blocks)
        self._eos = eos
        self._closing = tuple(tokenizer.encode_text(CLOSING))
        self._known: dict[int, Sequence] = {}
        self._next_id = 0
        self._broken = ""
        self._decoder = _decoder(model, cache)
        self._pad, self._lot = self._settle()
        self.lookup = Lookup(speculate, self._draft_cost() if speculate is None else 1.0)

    def _settle(self) -> tuple[int, int]:
        """Warm up, and see whether this machine's kernels treat a row alike in every batch.

        Returns (rows a pass is padded to, rows it takes at most). Products of 2 and more rows
        usually agree to the last bit; where they do not, every pass has one fixed size. Rows of
        different lengths share an attention call only where that, too, changes no bit.
        """
        slots, model, cache = self.cache.slots, self.model, self.cache
        lot = max(slots, 1 + DRAFT)
        if self.info.device != "cpu":
            self._logits([Row(0, 0, 1)])
            return 2, ANY
        for end in (320, model.together):
            if slots > 1 and cache.context >= end:
                noise = torch.randn(2, end, *cache.data.shape[3:], device=cache.data.device)
                cache.data[:, :2, :end] = noise  # the same in every layer, which is quicker
                short, long = Row(0, end - 40, 1), Row(1, end - 1, 2)
                if not torch.equal(self._logits([short, long])[:1], self._logits([short])):
                    model.together = 0
                cache.clear(0, end)
                cache.clear(1, end)
        most = MOST_ROWS if self._decoder else ANY
        if model.exact:
            return 2, most
        first = [Row(i, 0, 7 * i % model.config.vocab) for i in range(slots)]
        alone = torch.cat([self._logits([row]) for row in first])
        last = [self._logits([Row(0, p, 3)]) for p in range(REPLAY)][-1]
        replayed = [Row(0, p, 3) for p in range(REPLAY)]
        same = all(torch.equal(self._logits(first[:n]), alone[:n]) for n in range(2, slots + 1))
        whole = self._logits([*replayed, *first[1:]])
        if same and torch.equal(whole[REPLAY - 1 : REPLAY], last):
            return 2, min(REPLAY + slots, most)
        self.scheduler.replay = lot
        return lot, lot

    def _logits(self, rows: list[Row]) -> Tensor:
        if self._decoder:
            return self._decoder.forward(rows).clone()
        return self.model.forward(self.cache, [], rows)

    def _draft_cost(self) -> float:
        """The time of a pass with a draft ÷ that of one without, the best of a few."""

        def seconds(count: int) -> float:
            began = time.perf_counter()
            self._logits([Row(0, i, 1) for i in range(count)])
            if self.cache.data.is_cuda:
                torch.cuda.synchronize()
            return time.perf_counter() - began

        return min(seconds(1 + DRAFT) for _ in range(3)) / min(seconds(1) for _ in range(3))

    def encode(self, messages: Items[Message]) -> list[int]:
        """Token ids of the chat template over `messages`; ValueError if it refuses them."""
        return self.tokenizer.encode_chat(messages)

    def add(
        self, prompt_ids: Items[int], params: SamplingParams, *, resume_ids: Items[int] = ()
    ) -> int:
        """Queue a request; its id. ValueError if it cannot be served as asked."""
        vocab, context = self.model.config.vocab, self.info.context_tokens
        if not prompt_ids:
            raise ValueError("The prompt is empty.")
        if not all(0 <= t < vocab for t in (*prompt_ids, *resume_ids)):
            raise ValueError("The prompt holds a token id outside the model's vocabulary.")
        if params.max_tokens < 1 or not 0 < params.top_p <= 1 or params.temperature < 0:
            raise ValueError("max_tokens, top_p or temperature is out of range.")
        if len(prompt_ids) + params.max_tokens > context:
            raise ValueError(
                f"The prompt ({len(prompt_ids)} tokens) and a reply of up to {params.max_tokens} "
                f"do not fit the context of {context} tokens."
            )
        self._next_id += 1
        sequence = Sequence(
            id=self._next_id,
            ids=list(prompt_ids),
            prompt=len(prompt_ids),
            params=params,
            decoder=self.tokenizer.decoder(),
            eos=self._eos,
            forced=self._closing,
        )
        sequence.replay(resume_ids)
        self._known[sequence.id] = sequence
        self.scheduler.waiting.append(sequence)
        return sequence.id

    def cancel(self, id: int) -> None:
        """End a request at the next step; unknown ids are ignored."""
        if (sequence := self._known.get(id)) and not sequence.finished:
            sequence.finished = "cancelled"

    @property
    def busy(self) -> bool:
        """Whether a request has not ended yet."""
        return bool(self._known)

    def estimate(self, id: int) -> tuple[float, float]:
        """Seconds until a request's next token and until its end, as far as can be told."""
        sequence = self._known.get(id)
        return self.scheduler.estimate(sequence) if sequence else (0.0, 0.0)

    def close(self) -> None:
        """Free the memory; the engine is of no use afterwards."""
        self._known.clear()
        self.__dict__.pop("scheduler", None)
        self.__dict__.pop("cache", None)
        self.__dict__.pop("model", None)
        if torch.cuda.is_available():
            torch.cuda.empty_cache()

    def step(self) -> list[Delta]:
        """Advance every running request; RuntimeError when the engine cannot go on."""
        if self._broken:
            raise RuntimeError(f"The engine cannot go on: {self._broken}")
        ended = [self._end(s) for s in list(self._known.values()) if s.finished]
        self.scheduler.admit()
        work = self.scheduler.plan()
        if self.lookup.worth(len(self._known)):
            work = [self._drafted(w) for w in work]
        if not work:
            return ended
        started = time.perf_counter()
        deltas = ended + self._compute(work)
        self.scheduler.timed(time.perf_counter() - started, work)
        return deltas

    def _drafted(self, work: Work) -> Work:
        if work.prefill or work.end < len(work.sequence.ids):
            return work
        draft = self.lookup.draft(work.sequence)
        room = min(self.cache.context, work.sequence.prompt + work.sequence.params.max_tokens)
        return work._replace(draft=draft[: max(0, room - work.end - 1)])

    def _compute(self, work: list[Work]) -> list[Delta]:
        """Run the passes this step needs; a pass that fails is repeated request by request."""
        deltas, failed = [], 0
        for part in self._passes(work):
            try:
                deltas += self._accept(part, self._forward(part))
            except RuntimeError:
                for w in part:
                    try:
                        deltas += self._accept([w], self._forward([w]))
                    except RuntimeError as error:
                        failed += 1
                        deltas.append(self._fail(w.sequence, f"The model failed: {error}"))
        if failed and failed == len(work) > 1:
            self._broken = "every request of the last step failed."
        return deltas

    def _passes(self, work: list[Work]) -> list[list[Work]]:
        """All in one pass where products are exact for any rows; else chunks one by one.

        Rows that a decoder of their own computes never go with chunks, or bits would differ.
        """
        if self.info.device != "cpu" or (self.model.exact and not self._decoder):
            return [work]
        chunks = [w for w in work if w.prefill]
        passes = ([chunks] if chunks else []) if self.model.exact else [[w] for w in chunks]
        part: list[Work] = []
        rows = 0
        for w in (w for w in work if not w.prefill):
            size = w.end - w.start + len(w.draft)
            if part and rows + size > self._lot:
                passes.append(part)
                part, rows = [], 0
            part.append(w)
            rows += size
        return [*passes, part] if part else passes

    def _forward(self, work: list[Work]) -> Tensor:
        chunks, rows = [], []
        for w in work:
            slot, ids = w.sequence.slot, w.sequence.ids
            if w.prefill:
                chunks.append(Chunk(slot, w.start, ids[w.start : w.end]))
            else:
                tokens = [*ids[w.start : w.end], *w.draft]
                rows += [Row(slot, w.start + i, t) for i, t in enumerate(tokens)]
        if self._decoder and not chunks and self._decoder.fits(rows):
            return self._decoder.forward(rows)
        return self.model.forward(self.cache, chunks, rows, self._pad)

    def _accept(self, work: list[Work], logits: Tensor) -> list[Delta]:
        """Draw the next tokens; drafted ones count only as far as the draw agrees with them."""
        wants, at, row = list[Want](), list[int](), 0
        for w in work:
            sequence = w.sequence
            if w.end == len(sequence.ids):
                first = row if w.prefill else row + w.end - w.start - 1
                params, index = sequence.params, sequence.generated
                # What was generated matters to the penalty only; copying it takes its time.
                seen = sequence.ids[-index:] if params.repetition_penalty != 1 and index else []
                for i in range(1 + len(w.draft)):
                    at.append(first + i)
                    wants.append(Want(params, index + i, [*seen, *w.draft[:i]] if seen else ()))
            row += 1 if w.prefill else w.end - w.start + len(w.draft)
        draws = sample(logits if len(at) == row else logits[at], wants) if at else []
        deltas, taken = [], 0
        for w in work:
            self.scheduler.advance(w)
            if w.end == len(w.sequence.ids):
                end = taken + 1 + len(w.draft)
                deltas.append(self._extend(w, draws[taken:end]))
                taken = end
        return deltas

    def _extend(self, work: Work, draws: list[Draw]) -> Delta:
        sequence = work.sequence
        for i, draw in enumerate(draws):
            if draw.token < 0:
                self.cache.clear(sequence.slot, len(sequence.ids) + DRAFT)
                return self._fail(sequence, "The model's output was not a number.")
            forced = sequence.due()
            token = draw.token if forced is None else forced
            sequence.append(token, draw.logprob)
            if sequence.finished or i == len(work.draft) or token != work.draft[i]:
                break
            sequence.computed += 1
        if work.draft:
            self.lookup.learn(i)
        return self._end(sequence) if sequence.finished else sequence.delta()

    def _fail(self, sequence: Sequence, reason: str) -> Delta:
        sequence.finished, sequence.error = "error", reason
        return self._end(sequence)

    def _end(self, sequence: Sequence) -> Delta:
        self.scheduler.remove(sequence)
        del self._known[sequence.id]
        return sequence.delta()


def _decoder(model: Qwen2, cache: KVCache) -> CardDecoder | FusedDecoder | TeamDecoder | None:
    """A faster way through a decode step than `model.forward`, where there is one."""
    if cache.data.is_cuda:
        return CardDecoder(model, cache)
    small = model.config.parameters < SMALL
    return fused_decoder(model, cache) if small else team_decoder(model, cache)
