"""The engine: requests in, tokens out, one `step` at a time, for one thread."""

from __future__ import annotations

import time
from collections.abc import Sequence as Items
from pathlib import Path

import torch
from torch import Tensor

from inference.protocol import Delta, EngineInfo, Message, SamplingParams
from inference.text import ChatTokenizer, read_json

from .devices import choose_device, make_memory
from .kv_cache import Blocks, KVCache
from .loading import load_model
from .model import Qwen2
from .native import threads_allowed
from .passes import Passes
from .sampler import logprob, sample
from .scheduler import Scheduler, Work
from .sequence import Sequence
from .speculation import DRAFT, Lookup
from .weights import Checkpoint, read_config

BITS = {None: 16, "int8": 8, "int4": 4}  # of a weight
LARGE = 200_000_000  # parameters from which "auto" quantises on a CPU
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
        threads = 1 if config.small else threads_allowed()
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
        return cls(info, model, cache, blocks, tokenizer, speculate)

    def __init__(
        self,
        info: EngineInfo,
        model: Qwen2,
        cache: KVCache,
        blocks: Blocks,
        tokenizer: ChatTokenizer,
        speculate: bool | None,
    ) -> None:
        self.info, self.model, self.cache, self.tokenizer = info, model, cache, tokenizer
        self.passes = Passes(model, cache)
        self.scheduler = Scheduler(cache, blocks, self.passes.replay, self.passes.layered)
        self.lookup = Lookup(speculate, self.passes.draft_cost() if speculate is None else 1.0)
        self._eos = frozenset(model.config.eos)
        self._closing = tuple(tokenizer.encode_text(CLOSING))
        self._known: dict[int, Sequence] = {}
        self._next_id = 0
        self._broken = ""

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
        if not 0 <= params.min_p <= 1:
            raise ValueError("min_p is out of range.")
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
        self.__dict__.clear()
        if torch.cuda.is_available():
            torch.cuda.empty_cache()

    def step(self) -> list[Delta]:
        """Advance every running request; RuntimeError when the engine cannot go on."""
        if self._broken:
            raise RuntimeError(f"The engine cannot go on: {self._broken}")
        ended = [self._end(s) for s in list(self._known.values()) if s.finished]
        self.scheduler.admit()
        lookup = self.lookup.draft if self.lookup.worth(len(self._known)) else None
        work = self.scheduler.plan(lookup)
        if not work:
            return ended
        return ended + self._compute(work)

    def _compute(self, work: list[Work]) -> list[Delta]:
        """Run the passes this step needs; a pass that fails is repeated request by request."""
        deltas, failed = [], 0
        for part in self.passes.split(work):
            began = time.perf_counter()
            try:
                deltas += self._accept(part, self.passes.forward(part))
            except RuntimeError:
                for w in part:
                    try:
                        deltas += self._accept([w], self.passes.forward([w]))
                    except RuntimeError as error:
                        failed += 1
                        deltas.append(self._fail(w.sequence, f"The model failed: {error}"))
            self.scheduler.timed(time.perf_counter() - began, part)
        if failed and failed == len(work) > 1:
            self._broken = "every request of the last step failed."
        return deltas

    def _accept(self, work: list[Work], logits: Tensor) -> list[Delta]:
        """Draw the next tokens; drafted ones count only as far as the draw agrees with them."""
        drawing = [w for w in work if w.draws]
        wants = [want for w in drawing for want in w.sequence.wants(w.draft)]
        tokens = sample(logits, wants) if wants else []
        for w in work:
            self.scheduler.advance(w)
        deltas, row = [], 0
        for w in drawing:
            end = row + w.draws
            deltas.append(
                self._extend(
                    w, tokens[row:end], logits[row:end] if w.sequence.params.logprobs else None
                )
            )
            row = end
        return deltas

    def _extend(self, work: Work, tokens: list[int], logits: Tensor | None) -> Delta:
        sequence = work.sequence
        for i, token in enumerate(tokens):
            if token < 0:
                self.cache.clear(sequence.slot, len(sequence.ids) + DRAFT)
                return self._fail(sequence, "The model's output was not a number.")
            if (forced := sequence.due()) is not None:
                token = forced
            sequence.append(token, 0.0 if logits is None else logprob(logits[i], token))
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
