"""Reading a model directory in the Hugging Face layout: its config and its safetensors."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open

from inference.text import read_json

SMALL = 30_000_000  # parameters below which calls cost more than what they compute
CONTEXT_CAP = 40_960  # tokens; longer contexts are possible in the files but not useful here


@dataclass(frozen=True, slots=True)
class ModelConfig:
    """The shape of a Qwen2 model; `windows[i]` is layer i's sliding window, 0 for none."""

    vocab: int
    hidden: int
    inner: int
    layers: int
    heads: int
    kv_heads: int
    head_dim: int
    eps: float
    tied: bool
    context: int
    dtype: torch.dtype
    windows: tuple[int, ...]
    rope: dict[str, Any]
    eos: tuple[int, ...]

    @property
    def parameters(self) -> int:
        """Weights of the whole model, a tied head counted once."""
        q, kv = self.heads * self.head_dim, self.kv_heads * self.head_dim
        attention = self.hidden * (2 * q + 2 * kv) + q + 2 * kv
        layer = attention + 3 * self.hidden * self.inner + 2 * self.hidden
        return self.layers * layer + self.hidden + self.vocab * self.hidden * (2 - self.tied)

    @property
    def small(self) -> bool:
        return self.parameters < SMALL


def read_config(directory: Path) -> ModelConfig:
    """Read config.json and generation_config.json; ValueError for another architecture."""
    if not directory.is_dir():
        raise ValueError(f"{directory} is not a directory with a model.")
    raw = read_json(directory / "config.json")
    kinds = raw.get("architectures") or [raw.get("model_type", "unknown")]
    if raw.get("model_type") != "qwen2" or kinds[0] not in ("Qwen2ForCausalLM", "qwen2"):
        raise ValueError(f"{directory} holds a {kinds[0]} model; only Qwen2ForCausalLM is served.")
    try:
        return _parse(raw, directory)
    except (KeyError, TypeError, AttributeError, ZeroDivisionError) as error:
        raise ValueError(f"{directory / 'config.json'} lacks or garbles {error}.") from None


def _parse(raw: dict[str, Any], directory: Path) -> ModelConfig:
    if raw.get("hidden_act", "silu") != "silu":
        raise ValueError(f"{directory} uses the activation {raw['hidden_act']!r}, not silu.")
    layers, heads = int(raw["num_hidden_layers"]), int(raw["num_attention_heads"])
    rope = {"rope_theta": raw.get("rope_theta", 10_000.0)}
    rope |= raw.get("rope_scaling") or {}
    rope |= raw.get("rope_parameters") or {}
    rope["rope_type"] = rope.get("rope_type", rope.get("type", "default"))
    trained = int(raw.get("max_position_embeddings", 32_768))
    rope.setdefault("original_max_position_embeddings", trained)
    reach = trained
    if rope["rope_type"] in ("yarn", "linear"):
        reach = max(trained, int(rope["original_max_position_embeddings"] * rope["factor"]))
    dtype = getattr(torch, str(raw.get("dtype") or raw.get("torch_dtype") or "float32"), None)
    if dtype not in (torch.float32, torch.bfloat16, torch.float16):
        raise ValueError(f"{directory} is stored in a number format that is not served.")
    return ModelConfig(
        vocab=int(raw["vocab_size"]),
        hidden=int(raw["hidden_size"]),
        inner=int(raw["intermediate_size"]),
        layers=layers,
        heads=heads,
        kv_heads=int(raw.get("num_key_value_heads") or heads),
        head_dim=int(raw.get("head_dim") or raw["hidden_size"] // heads),
        eps=float(raw.get("rms_norm_eps", 1e-6)),
        tied=bool(raw.get("tie_word_embeddings", False)),
        context=min(reach, CONTEXT_CAP),
        dtype=dtype,
        windows=_windows(raw, layers),
        rope=rope,
        eos=_eos(raw, directory),
    )


def _windows(raw: dict[str, Any], layers: int) -> tuple[int, ...]:
    """Sliding windows per layer: `layer_types` if given, else those from max_window_layers on."""
    width = int(raw.get("sliding_window") or 0) if raw.get("use_sliding_window") else 0
    if kinds := raw.get("layer_types"):
        return tuple(width if kind == "sliding_attention" else 0 for kind in kinds)
    first = int(raw.get("max_window_layers", 28))
    return tuple(width if i >= first else 0 for i in range(layers))


def _eos(raw: dict[str, Any], directory: Path) -> tuple[int, ...]:
    """Ids that end a reply: generation_config.json where it names them, else config.json."""
    path = directory / "generation_config.json"
    generation = read_json(path) if path.exists() else {}
    ids = generation.get("eos_token_id", raw.get("eos_token_id"))
    if ids is None:
        return ()
    return tuple(int(i) for i in (ids if isinstance(ids, list) else [ids]))


def rope_frequencies(config: ModelConfig) -> tuple[torch.Tensor, float]:
    """Angles per position, shape [head_dim/2], and the factor on cos and sin.

    Kinds: default, linear, dynamic (equal to default within the trained context), yarn
    (arXiv 2309.00071) and llama3. ValueError for others.
    """
    rope, half = config.rope, config.head_dim // 2
    base, kind = float(rope["rope_theta"]), rope["rope_type"]
    plain = 1.0 / base ** (torch.arange(0, config.head_dim, 2).float() / config.head_dim)
    if kind in ("default", "dynamic"):
        return plain, 1.0
    if kind not in ("linear", "yarn", "llama3"):
        raise ValueError(f"The position encoding {kind!r} in config.json is not served.")
    factor, trained = float(rope["factor"]), rope["original_max_position_embeddings"]
    if kind == "linear":
        return plain / factor, 1.0
    if kind == "llama3":
        low, high = float(rope["low_freq_factor"]), float(rope["high_freq_factor"])
        turns = trained * plain / (2 * math.pi)
        keep = ((turns - low) / (high - low)).clamp(0, 1)
        return plain / factor * (1 - keep) + plain * keep, 1.0

    def turning(rotations: float) -> float:
        """The dimension that makes this many rotations over the trained context."""
        return half * math.log(trained / (rotations * 2 * math.pi)) / math.log(base)

    first, last = turning(rope.get("beta_fast") or 32), turning(rope.get("beta_slow") or 1)
    if rope.get("truncate", True):
        first, last = math.floor(first), math.ceil(last)
    first, last = max(first, 0), min(last, config.head_dim - 1)
    ramp = ((torch.arange(half).float() - first) / max(last - first, 1e-3)).clamp(0, 1)
    return plain / factor * ramp + plain * (1 - ramp), _yarn_scale(rope, factor)


def _yarn_scale(rope: dict[str, Any], factor: float) -> float:
    def scale(weight: float) -> float:
        return 0.1 * weight * math.log(factor) + 1.0 if factor > 1 else 1.0

    if rope.get("attention_factor") is not None:
        return float(rope["attention_factor"])
    if rope.get("mscale") and rope.get("mscale_all_dim"):
        return scale(rope["mscale"]) / scale(rope["mscale_all_dim"])
    return scale(1.0)


class Checkpoint:
    """The tensors of one model, memory-mapped and read by name."""

    def __init__(self, directory: Path) -> None:
        index = directory / "model.safetensors.index.json"
        single = directory / "model.safetensors"
        if index.exists():
            names = read_json(index).get("weight_map", {})
            self._files = {name: directory / file for name, file in names.items()}
        elif single.exists():
            self._files = dict.fromkeys(self._keys(single), single)
        else:
            raise ValueError(f"{directory} has no model.safetensors: download the weights first.")
        self.paths = sorted(set(self._files.values()))
        for path in self.paths:
            self._keys(path)

    @staticmethod
    def _keys(path: Path) -> list[str]:
        try:
            with safe_open(path, framework="pt") as file:
                return list(file.keys())
        except (SafetensorError, OSError) as error:
            raise ValueError(f"{path} is missing or damaged ({error}); fetch it again.") from None

    def __contains__(self, name: str) -> bool:
        return name in self._files

    def get(self, name: str, *shape: int) -> torch.Tensor:
        """One tensor as stored (memory-mapped); ValueError if absent or of another shape."""
        if name not in self._files:
            raise ValueError(f"The weights lack {name}: they do not belong to this config.json.")
        try:
            with safe_open(self._files[name], framework="pt") as file:
                tensor: torch.Tensor = file.get_tensor(name)
        except SafetensorError as error:
            raise ValueError(f"{self._files[name]} is damaged at {name} ({error}).") from None
        if tuple(tensor.shape) != shape:
            found, wanted = tuple(tensor.shape), shape
            raise ValueError(f"{name} has the shape {found}; config.json asks for {wanted}.")
        return tensor

    def fingerprint(self) -> str:
        """sha256 over names, sizes and contents; of files above 64 MB, over 1,024 pages of each."""
        digest = hashlib.sha256()
        for path in self.paths:
            size = path.stat().st_size
            digest.update(f"{path.name}:{size}".encode())
            with path.open("rb") as file:
                if size <= 64 << 20:
                    digest.update(file.read())
                    continue
                for i in range(1024):
                    file.seek(i * (size - 4096) // 1023)
                    digest.update(file.read(4096))
        return digest.hexdigest()
