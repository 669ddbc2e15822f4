"""What travels between the web processes, the queue and the engines. Standard library only.

Names used by every side stand here once: the task and queue names, the Redis keys, the job
(`GenerationSpec`), the sampling parameters, and the protocol each engine fulfils.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, NamedTuple, Protocol, TypedDict

GENERATE_TASK = "inference.generate"
SETTLE_TASK = "tutor.settle"
GPU_QUEUE = "gpu"
DESK_QUEUE = "desk"

FinishReason = Literal["stop", "length", "loop", "cancelled", "error"]


class Message(TypedDict):
    """One turn of a chat template."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class SamplingParams:
    """How one request draws its tokens; the same parameters and seed give the same tokens."""

    temperature: float = 0.6  # 0 is greedy
    top_p: float = 0.95  # nucleus mass, in (0, 1]
    max_tokens: int = 4096  # new tokens at most
    seed: int = 0  # any 64-bit integer
    top_k: int = 0  # 0 is off
    min_p: float = 0.0  # 0 is off
    stop: tuple[str, ...] = ()  # stop strings, never emitted
    ignore_eos: bool = False  # benchmarks only; also switches the loop guard off
    thinking_budget: int = 0  # tokens before the reasoning is closed for the model; 0 is off
    loop_guard: bool = True  # end a reply that repeats itself, with reason "loop"
    repetition_penalty: float = 1.0  # above 1 makes tokens of this reply less likely again
    logprobs: bool = False  # fill Delta.logprobs


class Delta(NamedTuple):
    """The tokens one step added to one request; `text` is cut at whole code points."""

    id: int
    token_ids: tuple[int, ...]
    text: str
    finish_reason: FinishReason | None = None
    error: str = ""  # set when finish_reason is "error"
    logprobs: tuple[float, ...] = ()  # of the tokens, under the model itself, if asked for


@dataclass(frozen=True, slots=True)
class EngineInfo:
    """What the pages and /healthz say about the model that answers."""

    model: str  # a short name, e.g. "seedling"
    revision: str  # sha256 of the weights, or the hub's revision
    engine: str  # "engine", "scripted" or "remote"
    device: str  # "cpu", "cuda:0", or a host name
    dtype: str  # "bfloat16", "int8", …
    parameters: int  # 0 when unknown
    context_tokens: int  # prompt and reply together
    slots: int  # requests stepped together
    strengths: tuple[str, ...] = ()  # problem families it was measured to be good at


class EngineProtocol(Protocol):
    """An engine serves several requests at once; only one thread may call it."""

    info: EngineInfo

    def encode(self, messages: Sequence[Message]) -> list[int]:
        """Token ids of the chat template with the generation prompt; ValueError if it cannot."""

    def add(
        self, prompt_ids: Sequence[int], params: SamplingParams, *, resume_ids: Sequence[int] = ()
    ) -> int:
        """Admit a request; `resume_ids` were emitted before and are not emitted again.

        ValueError if prompt and reply cannot fit the context.
        """

    def step(self) -> list[Delta]:
        """Advance every admitted request; a failing request yields an "error" Delta of its own."""

    def cancel(self, id: int) -> None:
        """End a request at the next step with reason "cancelled"; unknown ids are ignored."""

    def close(self) -> None:
        """Free the memory."""


@dataclass(frozen=True, slots=True)
class GenerationSpec:
    """The whole job, written to Redis under `spec:{gen}` and rebuilt from the row if lost."""

    gen: str  # Generation.id
    messages: tuple[Message, ...]
    params: SamplingParams
    deadline: float  # unix seconds; a worker does not start after it
    meta: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, raw: str | bytes) -> GenerationSpec:
        data = json.loads(raw)
        params = dict(data.pop("params"))
        params["stop"] = tuple(params.get("stop", ()))
        return cls(
            gen=data["gen"],
            messages=tuple(data["messages"]),
            params=SamplingParams(**params),
            deadline=float(data["deadline"]),
            meta=data.get("meta", {}),
        )
