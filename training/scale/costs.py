"""What a 1.5B run needs on one card: memory and hours, computed and not measured.

    python -m training.scale.costs --price 3060=0.10 --price 4090=0.40

Prints the two tables and every assumption behind them. Prices are yours; none is built in.
"""

from __future__ import annotations

import argparse
import math
import textwrap
from dataclasses import dataclass

GIB = 2**30


@dataclass(frozen=True, slots=True)
class Geometry:
    """Sizes of a Qwen2 model; the defaults are those of the 1.5B family."""

    layers: int = 28
    hidden: int = 1536
    heads: int = 12
    kv_heads: int = 2
    head_dim: int = 128
    ffn: int = 8960
    vocab: int = 151_936  # tied embeddings

    @property
    def kv(self) -> int:
        return self.kv_heads * self.head_dim

    @property
    def parameters(self) -> int:
        q = self.heads * self.head_dim
        attention = self.hidden * (2 * q + 2 * self.kv) + q + 2 * self.kv
        block = attention + 3 * self.hidden * self.ffn + 2 * self.hidden
        return self.layers * block + self.hidden + self.vocab * self.hidden

    @property
    def cache(self) -> int:
        """Bytes of keys and values per token, in bf16."""
        return self.layers * 2 * self.kv * 2

    def adapters(self, rank: int) -> int:
        """Parameters of LoRA on every linear map of every block."""
        q, d, f = self.heads * self.head_dim, self.hidden, self.ffn
        sides = 2 * (d + q) + 2 * (d + self.kv) + 3 * (d + f)
        return self.layers * rank * sides


@dataclass(frozen=True, slots=True)
class Card:
    """Of the makers' data sheets: bytes, dense bf16 FLOP/s with fp32 sums, bytes/s."""

    name: str
    memory: float
    flops: float
    bandwidth: float


CARDS = (
    Card("RTX 3060 12 GB", 12 * GIB, 25.5e12, 360e9),
    Card("RTX 4090 24 GB", 24 * GIB, 165e12, 1008e9),
    Card("H200 141 GB", 141e9, 989e12, 4.8e12),
)


@dataclass(frozen=True, slots=True)
class Plan:
    """The run whose cost is asked for, and how much of a card is taken to be usable."""

    rows: int = 10_000
    length: int = 4096  # tokens of a fine-tuning row, prompt included
    epochs: int = 2
    rank: int = 32  # of LoRA
    steps: int = 200  # of reinforcement
    problems: int = 16  # per step
    replies: int = 8  # per problem
    prompt: int = 256  # tokens
    reply: int = 8192  # tokens
    mfu: float = 0.35  # share of the card's FLOP/s that training reaches
    reach: float = 0.6  # share of the card's bandwidth that writing replies reaches
    reserve: float = 1.5 * GIB  # CUDA, fragmentation, the tiles of the head's logits


def state_bytes(shape: Geometry, rank: int) -> float:
    """Weights, gradients and AdamW: fp32 for what is trained (16 bytes a parameter), and the
    whole model in bf16 (stored with LoRA; autocast's copy in full)."""
    trained = shape.adapters(rank) if rank else shape.parameters
    return 2 * shape.parameters + 16 * trained


def activation_bytes(shape: Geometry, length: int) -> float:
    """One row of `length` tokens in bf16 with recomputation: the input of every block, and
    everything inside one block."""
    inside = 8 * shape.hidden + 2 * shape.kv + 4 * shape.ffn
    return 2.0 * length * (shape.layers * shape.hidden + inside)


def training_flops(shape: Geometry, length: int, rank: int) -> float:
    """Per token: 2N forward, 2N for the gradients of activations, 2N for those of weights (not
    with LoRA), 2N for recomputation. Causal attention over `length` tokens adds 2·L·q·T forward,
    as much in recomputation and twice that backward, with LoRA as well."""
    passes = 3 if rank else 4
    attention = 2 * shape.layers * shape.heads * shape.head_dim * length
    return passes * 2.0 * shape.parameters + 4.0 * attention


def training_seconds(
    shape: Geometry, card: Card, plan: Plan, tokens: float, length: int, rank: int
) -> float:
    return tokens * training_flops(shape, length, rank) / (card.flops * plan.mfu)


def together(shape: Geometry, card: Card, plan: Plan, rank: int) -> int:
    """How many replies of full length can be written at once beside what training keeps."""
    free = card.memory - plan.reserve - state_bytes(shape, rank)
    most = free / (shape.cache * (plan.prompt + plan.reply))
    return max(0, min(plan.problems * plan.replies, math.floor(most)))


def rollout_seconds(shape: Geometry, card: Card, plan: Plan, batch: int) -> float:
    """All replies of the run, in rounds of at most `batch`. A token of each reply of a round reads
    the weights once and every reply's cache (half full on the mean), or does 2N FLOPs a reply,
    whichever takes longer."""
    rounds = math.ceil(plan.problems * plan.replies / batch)
    width = plan.problems * plan.replies / rounds
    read = 2 * shape.parameters + width * shape.cache * (plan.prompt + plan.reply / 2)
    work = width * 2 * shape.parameters
    token = max(read / (card.bandwidth * plan.reach), work / (card.flops * plan.mfu))
    return plan.steps * rounds * plan.reply * token


@dataclass(frozen=True, slots=True)
class Cost:
    """Bytes needed and hours; `hours` is None when the card is too small."""

    memory: float
    hours: float | None
    batch: int = 1  # replies written at once


def sft_cost(shape: Geometry, card: Card, plan: Plan, rank: int) -> Cost:
    memory = state_bytes(shape, rank) + activation_bytes(shape, plan.length) + plan.reserve
    if memory > card.memory:
        return Cost(memory, None)
    tokens = plan.rows * plan.length * plan.epochs
    return Cost(memory, training_seconds(shape, card, plan, tokens, plan.length, rank) / 3600)


def rl_cost(shape: Geometry, card: Card, plan: Plan, rank: int) -> Cost:
    length = plan.prompt + plan.reply
    fixed = state_bytes(shape, rank) + plan.reserve
    batch = together(shape, card, plan, rank)
    writing = max(batch, 1) * shape.cache * length
    memory = fixed + max(writing, activation_bytes(shape, length))
    if memory > card.memory or batch < 1:
        return Cost(memory, None, batch)
    tokens = plan.steps * plan.problems * plan.replies * length
    seconds = rollout_seconds(shape, card, plan, batch)
    seconds += training_seconds(shape, card, plan, tokens, length, rank)
    return Cost(memory, seconds / 3600, batch)


def table(shape: Geometry, plan: Plan, prices: dict[str, float]) -> str:
    head = ["card", "what", "memory", "hours", *(["price"] if prices else [])]
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for card in CARDS:
        price = next((p for name, p in prices.items() if name in card.name), None)
        for kind, rank in (("LoRA", plan.rank), ("full", 0)):
            for what, cost in (
                ("SFT", sft_cost(shape, card, plan, rank)),
                ("MGPO", rl_cost(shape, card, plan, rank)),
            ):
                at_once = f", {cost.batch} at once" if what == "MGPO" and cost.hours else ""
                cells = [card.name, f"{what}, {kind}{at_once}", f"{cost.memory / 1e9:.1f} GB"]
                cells.append("does not fit" if cost.hours is None else f"{cost.hours:.1f}")
                if prices:
                    paid = price is not None and cost.hours is not None
                    cells.append(f"{(cost.hours or 0) * (price or 0):.2f}" if paid else "–")
                lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def assumptions(shape: Geometry, plan: Plan) -> str:
    size, lora = shape.parameters / 1e9, shape.adapters(plan.rank) / 1e6
    tuned = plan.rows * plan.length * plan.epochs / 1e6
    written = plan.steps * plan.problems * plan.replies * plan.reply / 1e6
    sheets = "; ".join(
        f"{c.name} {c.flops / 1e12:.1f} TFLOP/s and {c.bandwidth / 1e9:.0f} GB/s" for c in CARDS
    )
    said = (
        f"The model: {size:.4f} B parameters, {shape.cache:,} bytes of keys and values per token; "
        f"LoRA of rank {plan.rank} on all seven maps of a block, {lora:.1f} M parameters.",
        f"SFT: {plan.rows:,} rows of {plan.length:,} tokens, {plan.epochs} epochs, so {tuned:.0f} "
        "M tokens, one row at a time.",
        f"MGPO: {plan.steps} steps of {plan.problems} problems × {plan.replies} replies of "
        f"{plan.reply:,} tokens, so {written:.0f} M tokens written, each trained on once (strictly "
        "on policy, no reference model).",
        "Memory: bf16 weights, and 16 bytes for each trained parameter (fp32 weight, gradient and "
        "two moments of AdamW); activations of one row with recomputation; "
        f"{plan.reserve / GIB:.1f} GiB for CUDA, fragmentation and tiles of logits.",
        "Training FLOPs per token: 6N in full (2N forward, 4N backward), 4N with LoRA (frozen "
        "weights get no gradients), 2N more for recomputation, and causal attention; "
        f"{plan.mfu:.0%} of the card's dense bf16 FLOP/s is reached.",
        f"Writing replies is bound by memory bandwidth, of which {plan.reach:.0%} is reached: each "
        "step reads the weights once and every reply's keys and values. All replies are taken to "
        "be equally long, and as many at once as the memory holds. A serving engine comes near "
        "this bound; TRL's plain `generate` stays well behind it.",
        f"Cards by their makers' data sheets: {sheets}.",
    )
    wrapped = [textwrap.fill(f"- {text}", 100, subsequent_indent="  ") for text in said]
    return "\n".join(["", "Computed, not measured.", *wrapped])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--price", action="append", default=[], metavar="CARD=PER_HOUR")
    for name, default in Plan.__dataclass_fields__.items():
        value = default.default
        parser.add_argument(f"--{name}", type=type(value), default=value)
    options = vars(parser.parse_args())
    prices = {}
    for given in options.pop("price"):
        name, _, price = given.partition("=")
        prices[name] = float(price)
    plan = Plan(**options)
    print(table(Geometry(), plan, prices))
    print(assumptions(Geometry(), plan))


if __name__ == "__main__":
    main()
