"""Weights as small integers: int8 by output row, int4 by groups of 32 inputs, kept on disk.

int4 has scales on two levels, as llama.cpp's k-quants do, with one twist: a group's multiplier m
is a whole number, so m (q - 8) is an int8 weight again and all int8 products can use it.
"""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import torch
from safetensors import safe_open
from torch import Tensor
from torch.nn.functional import pad

GROUP = 32  # inputs that share a multiplier
WIDE = 32  # outputs of a panel
DTYPES = {torch.int8: "I8", torch.uint8: "U8", torch.int32: "I32", torch.float32: "F32"}


def quantize_rows(weight: Tensor) -> tuple[Tensor, Tensor]:
    """Symmetric int8 per output row: ([outputs, inputs] int8, [outputs] float32 scales)."""
    whole = torch.empty(weight.shape, dtype=torch.int8)
    scale = torch.empty(len(weight))
    for start in range(0, len(weight), 8192):  # in parts, or the largest would need 2 GB beside it
        rows = slice(start, start + 8192)
        part = weight[rows].float()
        scale[rows] = part.abs().amax(1).clamp_min_(1e-12) / 127
        whole[rows] = (part / scale[rows, None]).round_().to(torch.int8)
    return whole, scale


class Fours(NamedTuple):
    """int4 weights: scale · m · (q - 8)."""

    q: Tensor  # [outputs, inputs] uint8, 0 … 15
    m: Tensor  # [outputs, inputs / GROUP] uint8, 1 … 15
    scale: Tensor  # [outputs] float32

    def expanded(self) -> Tensor:
        """The same as int8, [outputs, inputs]; scales stay as they are."""
        m = self.m.to(torch.int8).repeat_interleave(GROUP, 1)
        return (self.q.to(torch.int8) - 8).mul_(m)


def quantize_groups(weight: Tensor) -> Fours:
    """int4 of [outputs, inputs], inputs a multiple of GROUP.

    Of the three finest multipliers that cut off little or nothing, a group takes the one with the
    least squared error.
    """
    outputs, inputs = weight.shape
    q = torch.empty(outputs, inputs // GROUP, GROUP, dtype=torch.uint8)
    m = torch.empty(outputs, inputs // GROUP, dtype=torch.uint8)
    scale = torch.empty(outputs)
    for start in range(0, outputs, 256):  # parts that stay in the processor's cache
        rows = slice(start, start + 256)
        part = weight[rows].float().view(-1, inputs // GROUP, GROUP)
        top = part.abs().amax(2)
        scale[rows] = unit = top.amax(1).clamp_min_(1e-12) / (15 * 7)
        fits = (top / (7 * unit[:, None])).ceil_()
        least = torch.full_like(top, torch.inf)
        for fewer in range(3):
            step = (fits - fewer).clamp_(1, 15)
            size = (step * unit[:, None])[..., None]
            level = (part / size).round_().clamp_(-8, 7)
            error = (level * size - part).square_().sum(2)
            better = error < least
            least = torch.where(better, error, least)
            m[rows] = torch.where(better, step.to(torch.uint8), m[rows])
            q[rows] = torch.where(better[..., None], (level + 8).to(torch.uint8), q[rows])
    return Fours(q.view(outputs, inputs), m, scale)


class Panels(NamedTuple):
    """Weights as int8.c reads them, outputs padded with zeros to a multiple of 32.

    int8: [outputs / 32, inputs / 4, 32, 4]; int4: uint8 [outputs / 32, 17 inputs].
    """

    data: Tensor
    offset: Tensor  # [outputs] int32: 128 times the sum of each output's int8 weights


def _offset(weight: Tensor) -> Tensor:
    return weight.sum(1, dtype=torch.int32) * 128


def panels(weight: Tensor) -> Panels:
    """Panels of [outputs, inputs] int8."""
    padded = pad(weight, (0, -weight.shape[1] % 4, 0, -len(weight) % WIDE))
    data = padded.view(-1, WIDE, padded.shape[1] // 4, 4).transpose(1, 2).contiguous()
    return Panels(data, _offset(weight))


def panels_of_fours(weight: Fours) -> Panels:
    """Panels of int4 weights: by group [half][4][16][4] bytes of two inputs each, then all m.

    The bits of an input are q - 8 in two's complement.
    """
    more = -len(weight.q) % WIDE
    q, m = (pad(t, (0, 0, 0, more), value=v) for t, v in ((weight.q, 8), (weight.m, 1)))
    count, groups = len(q) // WIDE, m.shape[1]
    # [panel, half, output, group, low or high, step, input] to [panel, group, half, step, …]
    parts = (q ^ 8).view(count, 2, 16, groups, 2, 4, 4).permute(4, 0, 3, 1, 5, 2, 6)
    data = (parts[0] | parts[1] << 4).reshape(count, -1)
    tail = m.view(count, WIDE, groups).transpose(1, 2).reshape(count, -1)
    return Panels(torch.cat([data, tail], 1), _offset(weight.expanded()))


Stored = tuple[Tensor | Panels, Tensor]  # weights, and a scale per output
Reader = Callable[[str], Stored]


def _made(weight: Tensor, bits: int, native: bool) -> Stored:
    if bits == 8 or weight.shape[1] % GROUP:
        whole, scale = quantize_rows(weight)
        return panels(whole) if native else whole, scale
    fours = quantize_groups(weight)
    return panels_of_fours(fours) if native else fours.expanded(), fours.scale


def quantized(
    makers: Mapping[str, Callable[[], Tensor]],
    revision: str,
    keep: bool,
    native: bool,
    bits: Callable[[str], int],
) -> Reader:
    """A reader of quantised weights and their scales by key, made from `makers`.

    With `keep` all are quantised once and written beside the other data, under a name that holds
    the checkpoint's hash; later starts map that file into memory, ready to be used. Without a place
    to write, or for a small model, each is quantised when it is read. native: as panels. bits: 8 or
    4, by key.
    """
    folder = Path(os.environ.get("THINKTRAIL_DATA", "var")) / "int8"
    kind = "panels" if native else "rows"
    least = min(bits(key) for key in makers)
    path = folder / f"{revision[:40]}-{len(makers)}-{kind}{least}-v5.safetensors"
    if keep and not path.exists():
        try:
            _write({key: (make, bits(key)) for key, make in makers.items()}, path, native)
        except OSError:
            keep = False

    def read(key: str) -> Stored:
        if not keep:
            return _made(makers[key](), bits(key), native)
        with safe_open(path, framework="pt") as file:
            whole, scale = file.get_tensor(key), file.get_tensor(f"{key}.scale")
            return Panels(whole, file.get_tensor(f"{key}.offset")) if native else whole, scale

    return read


def _write(
    makers: Mapping[str, tuple[Callable[[], Tensor], int]], path: Path, native: bool
) -> None:
    """A safetensors file, one tensor after the other, so that memory holds one at a time.

    The library's own writer begins the data anywhere; here panels begin at multiples of 64 bytes,
    or every load of a vector would touch two lines of the cache.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}")
    entries: dict[str, dict[str, object]] = {}
    room = 1024 * len(makers)
    try:
        with part.open("wb") as file:
            file.seek(room)
            for key, (make, bits) in makers.items():
                weight, scale = _made(make(), bits, native)
                data, *offset = weight if isinstance(weight, Panels) else (weight,)
                named = {key: data, f"{key}.scale": scale}
                named |= {f"{key}.offset": t for t in offset}
                for name, tensor in named.items():
                    start = file.tell() - room
                    tensor.numpy().tofile(file)
                    entries[name] = {
                        "dtype": DTYPES[tensor.dtype],
                        "shape": list(tensor.shape),
                        "data_offsets": [start, file.tell() - room],
                    }
            file.seek(0)
            header = json.dumps(entries).encode().ljust(room - 8)
            file.write(struct.pack("<Q", len(header)) + header)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
