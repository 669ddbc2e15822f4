"""The engine beside llama.cpp and transformers, in one run on one machine.

    python -m benchmarks.engine [--quick]

Peers run in child processes and take turns, round by round, so that a busy moment hits all of
them; a figure is the median over the rounds of the ratio within a round, of the median step. An
absent peer is null with the reason. `memory` reads the int8 weights and does nothing else. Figures
with `_vnni` have both sides in processes that may not use matrix tiles or bfloat16 instructions,
where the machine has those. --quick takes full widths with 4 layers and leaves out those figures,
int4 and transformers' prompt. llama.cpp comes from the extra `bench`, or from the Python named by
THINKTRAIL_LLAMA_PYTHON.
"""

from __future__ import annotations

import argparse
import json
import os
import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from typing import Any

os.environ.setdefault("GOMP_SPINCOUNT", "100000")  # threads wait awake, every peer's

from benchmarks.engine_bits import logits_error, problems_kept, replies_kept
from benchmarks.engine_mixed import gap, mixed_ratio, prefix_reuse, resume_same
from benchmarks.engine_peers import Peer, start
from benchmarks.models import LARGE, SEEDLING, random_model
from inference.engine.native import tiles_allowed

PEERS = ("ours", "transformers", "llama.cpp", "memory")
# What oneDNN and MKL may use; the engine's own product of int8 needs no more than this anyway.
VNNI = {"ONEDNN_MAX_CPU_ISA": "AVX512_CORE_VNNI", "MKL_ENABLE_INSTRUCTIONS": "AVX512_E1"}
PROMPT = [(31 * i * i + 7 * i + 11) % 251 for i in range(512)]


def data_directory() -> Path:
    return Path(os.environ.get("THINKTRAIL_DATA", "var")) / "bench"


def seedling() -> tuple[Path, str]:
    """The shipped small model, or a random one of its shape while there is none."""
    shipped = Path(__file__).resolve().parent.parent / "checkpoints" / "seedling"
    if (shipped / "config.json").exists():
        return shipped, "checkpoints/seedling"
    return random_model(data_directory() / "seedling", SEEDLING), "random weights in its shape"


def large_model(layers: int) -> Path:
    shape = LARGE | {"num_hidden_layers": layers}
    return random_model(data_directory() / f"large-{layers}", shape)


def start_all(
    kinds: Sequence[tuple[str, str]], model: Path, threads: int, together: bool
) -> list[Peer]:
    """Peers of (kind, quantize); started together that is sooner, but "ready in" then says less."""
    with ThreadPoolExecutor(len(kinds) if together else 1) as pool:
        return list(pool.map(lambda k: start(k[0], model, k[1], threads), kinds))


def compare(peers: list[Peer], streams: int, tokens: int, rounds: int) -> dict[str, list[float]]:
    """Tokens per second of each peer in each round."""
    speeds: dict[str, list[float]] = {peer.name: [] for peer in peers}
    for _ in range(rounds):
        for peer in peers:
            if answer := peer.run(streams, PROMPT[:8], tokens):
                speeds[peer.name].append(streams / median(answer["steps"]))
    return speeds


def ratio(speeds: dict[str, list[float]], other: str) -> float | None:
    pairs = list(zip(speeds["ours"], speeds.get(other, []), strict=False))
    return round(median(a / b for a, b in pairs), 3) if pairs else None


def table(title: str, speeds: dict[str, list[float]], peers: list[Peer]) -> None:
    print(f"\n{title}")
    for peer in peers:
        got = speeds[peer.name]
        text = f"{median(got):9.1f} tok/s" if got else f"absent: {peer.reason}"
        print(f"  {peer.name:21s} {peer.about.get('dtype', ''):15s} {text}")


def large_figures(quick: bool, rounds: int) -> dict[str, Any]:
    """The 1.5B shape on the CPU: int8 here, Q8_0 in llama.cpp, bfloat16 in transformers."""
    shape = LARGE | ({"num_hidden_layers": 4} if quick else {})
    model = large_model(4 if quick else 28)
    threads = os.cpu_count() or 1
    peers = start_all([(kind, "int8") for kind in PEERS], model, threads, quick)
    figures: dict[str, Any] = {}
    for streams in (1, 8):
        speeds = compare(peers, streams, 6 if quick else 10, rounds)
        table(f"1.5B shape, {shape['num_hidden_layers']} layers, {streams} streams", speeds, peers)
        figures[f"cpu_vs_llamacpp_{streams}"] = ratio(speeds, "llama.cpp")
        figures[f"cpu_vs_transformers_{streams}"] = ratio(speeds, "transformers")
        figures[f"cpu_tokens_s_{streams}"] = round(median(speeds["ours"] or [0]), 1)
        figures[f"cpu_roofline_share_{streams}"] = ratio(speeds, "memory")
    peers.pop().close()
    if quick:
        peers.pop(1).close()  # whose prompt takes ten seconds where it has no tiles
    firsts: dict[str, list[float]] = {}
    grown = 0
    for _ in range(1 if quick else 2):
        for peer in peers:
            if answer := peer.run(1, PROMPT, 2):
                firsts.setdefault(peer.name, []).append(answer["first"])
                grown = max(grown, answer.get("grown", 0))
    print("\nTime to the first token at 512 prompt tokens (s):")
    print("  " + "  ".join(f"{name} {median(got):.3f}" for name, got in firsts.items()))
    if "llama.cpp" in firsts:
        pairs = zip(firsts["ours"], firsts["llama.cpp"], strict=False)
        figures["ttft_vs_llamacpp"] = round(median(a / b for a, b in pairs), 3)
    figures["memory_ratio"] = round(grown / _need(shape), 3)
    print(f"Ready in {peers[0].about.get('load_s', 0):.1f} s; memory grew by {grown >> 20} MB.")
    figures["llamacpp_absent"] = peers[-1].reason or None
    for peer in peers:
        peer.close()
    if not quick:
        figures |= four_figures(model, threads, rounds) | vnni_figures(model, threads, rounds)
        figures |= logits_error(large_model(4)) | problems_kept(seedling()[0])
    return figures | gap(model)


def more_figures(
    peers: list[Peer], title: str, tokens: int, rounds: int, names: dict[str, str]
) -> dict[str, Any]:
    """Ratios to some peers at 1 and 8 streams; names: of a peer, the figure with {} for streams."""
    figures: dict[str, Any] = {}
    for streams in (1, 8):
        speeds = compare(peers, streams, tokens, rounds)
        table(f"{title}, {streams} streams", speeds, peers)
        figures |= {name.format(streams): ratio(speeds, peer) for peer, name in names.items()}
    for peer in peers:
        peer.close()
    return figures


def four_figures(model: Path, threads: int, rounds: int) -> dict[str, Any]:
    """With weights of four bits, in llama.cpp too."""
    peers = [start(kind, model, "int4", threads) for kind in PEERS[:3]]
    names = {
        "llama.cpp": "cpu_int4_vs_llamacpp_q4_{}",
        "transformers": "cpu_int4_vs_transformers_{}",
    }
    return more_figures(peers, "1.5B shape with weights of four bits", 10, rounds, names)


def vnni_figures(model: Path, threads: int, rounds: int) -> dict[str, Any]:
    """Where no side has matrix tiles or bfloat16 instructions; nothing if none has them anyway."""
    if not tiles_allowed():
        return {}
    peers = [start(kind, model, "int8", threads, VNNI) for kind in PEERS[:2]]
    names = {"transformers": "cpu_vs_transformers_{}_vnni"}
    return more_figures(peers, "Without tiles and bfloat16 instructions", 6, rounds, names)


def _need(shape: dict[str, Any]) -> int:
    """Bytes of int8 weights, and of bfloat16 keys and values for eight streams of 512 tokens."""
    hidden, inner = shape["hidden_size"], shape["intermediate_size"]
    kv = hidden // shape["num_attention_heads"] * shape["num_key_value_heads"]
    layer = 2 * hidden * hidden + 2 * hidden * kv + 3 * hidden * inner
    weights = shape["num_hidden_layers"] * layer + shape["vocab_size"] * hidden
    return weights + 8 * 512 * shape["num_hidden_layers"] * 4 * kv


def seedling_figures(quick: bool, rounds: int) -> dict[str, Any]:
    (model, what), threads = seedling(), os.cpu_count() or 1
    kinds = [("ours", ""), ("transformers", ""), ("transformers", "float32")]
    peers = start_all(kinds, model, threads, quick)  # float32 is not its default, but faster here
    peers[2].name = "transformers float32"
    figures: dict[str, Any] = {}
    for streams in (1, 8):
        speeds = compare(peers, streams, 50 if quick else 100, rounds)
        table(f"Seedling ({what}), {streams} streams", speeds, peers)
        figures[f"seedling_vs_transformers_{streams}"] = ratio(speeds, "transformers")
        figures[f"seedling_vs_transformers_f32_{streams}"] = ratio(speeds, peers[2].name)
        figures[f"seedling_tokens_s_{streams}"] = round(median(speeds["ours"] or [0]), 1)
    for peer in peers:
        peer.close()
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="4 layers, within 50 s")
    quick = parser.parse_args().quick
    random.seed(0)
    figures = seedling_figures(quick, 2 if quick else 3)
    small, _ = seedling()
    figures |= mixed_ratio(small, 2 if quick else 5) | prefix_reuse(small) | resume_same(small)
    figures |= replies_kept(small)
    figures |= large_figures(quick, 2 if quick else 3)
    figures["card"] = "not measured"
    print(f"\n{json.dumps(figures, indent=1)}\n")
    print(json.dumps({"name": "engine", "quick": quick, "figures": figures}))


if __name__ == "__main__":
    main()
