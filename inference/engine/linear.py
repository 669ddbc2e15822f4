"""Matrix products with the same result for a row whatever rows stand beside it.

`Linear` keeps the checkpoint's precision; `Linear8` holds int8 weights and, on a CPU, quantises
each row of the input by itself. Both take [rows, inputs] and give [rows, outputs].
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

# Without VNNI the kernel adds pairs in 16 bits, which full-range activations overflow.
NARROW = not (torch.cpu._is_vnni_supported() or torch.cpu._is_amx_tile_supported())


class Linear:
    """x @ weight.T + bias, the weight stored [inputs, outputs], which small batches prefer."""

    def __init__(self, weight: Tensor, bias: Tensor | None = None) -> None:
        self.weight = weight.t().contiguous()
        self.bias = bias

    def __call__(self, x: Tensor, add: Tensor | None = None) -> Tensor:
        """The product, plus `add` (a residual) where given; a layer has either that or a bias."""
        if add is not None:
            return torch.addmm(add, x, self.weight)
        if self.bias is not None:
            return torch.addmm(self.bias, x, self.weight)
        return torch.mm(x, self.weight)


def quantize_rows(weight: Tensor) -> tuple[Tensor, Tensor]:
    """Symmetric int8 per output row: ([outputs, inputs] int8, [outputs] float32 scales)."""
    whole = torch.empty(weight.shape, dtype=torch.int8)
    scale = torch.empty(len(weight))
    for start in range(0, len(weight), 8192):  # in parts, or the largest would need 2 GB beside it
        rows = slice(start, start + 8192)
        part = weight[rows].float()
        scale[rows] = part.abs().amax(1).clamp_min_(1e-12) / 127
        whole[rows] = part.div_(scale[rows, None]).round_().to(torch.int8)
    return whole, scale


class Linear8:
    """int8 weights, float32 in and out, activations quantised row by row.

    The fast kernel (fbgemm's, on VNNI) takes one activation scale for the whole input. So every
    row is divided by its own largest magnitude and one more row holding +1 and -1 pins the
    range: the scale is then a constant, a row's result is independent of its neighbours (integer
    sums are exact), and an outlier in one row costs the others nothing.
    """

    def __init__(self, weight: Tensor, scale: Tensor, bias: Tensor | None = None) -> None:
        self.outputs, self.inputs = weight.shape
        self.bias = bias
        self._packed = _pack(weight, scale)
        self._weight, self._scale = (weight, scale) if self._packed is None else (None, None)

    def __call__(self, x: Tensor, add: Tensor | None = None) -> Tensor:
        rows = x.shape[0]
        scale = x.abs().amax(1, keepdim=True).clamp_min_(1e-30)
        if self._packed is None:
            product = self._plain(x, scale)
        else:
            pinned = torch.empty(rows + 1, self.inputs)
            torch.div(x, scale, out=pinned[:rows])
            pinned.nan_to_num_(0.0)  # a broken row must not spoil its neighbours' range
            pinned[rows] = 1.0
            pinned[rows, 0] = -1.0
            product = torch.ops.quantized.linear_dynamic(pinned, self._packed, NARROW)[:rows]
        if add is not None:
            return torch.addcmul(add, product, scale)
        if self.bias is not None:
            return torch.addcmul(self.bias, product, scale)
        return product.mul_(scale)

    def _plain(self, x: Tensor, scale: Tensor) -> Tensor:
        """The same sums by torch._int_mm, for builds without the quantised kernel."""
        assert self._weight is not None and self._scale is not None
        whole = torch.round(torch.nan_to_num(x / scale) * 127).to(torch.int8)
        if x.is_cuda and len(whole) < 32:  # the card's kernel wants more than 16 rows
            whole = torch.nn.functional.pad(whole, (0, 0, 0, 32 - len(whole)))
        sums = torch._int_mm(whole, self._weight.t())[: len(x)]
        return sums.float() * (self._scale / 127)


def _pack(weight: Tensor, scale: Tensor) -> object | None:
    """The weight in the quantised kernel's own layout; None where that kernel is missing."""
    supported = torch.backends.quantized.supported_engines
    # With matrix tiles (AMX) oneDNN reads the weights once for a whole chunk; else fbgemm leads.
    engine = "onednn" if torch.cpu._is_amx_tile_supported() else "fbgemm"
    if weight.is_cuda or engine not in supported:
        return None
    torch.backends.quantized.engine = engine
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch deprecates quantised dtypes, not this kernel
        zeros = torch.zeros(len(scale), dtype=torch.long)
        q = torch._make_per_channel_quantized_tensor(weight, scale.double(), zeros, 0)
        return torch.ops.quantized.linear_prepack(q, None)


def quantized(
    makers: Mapping[str, Callable[[], Tensor]], revision: str, keep: bool
) -> Callable[[str], tuple[Tensor, Tensor]]:
    """A reader of quantised weights by key, made from `makers`.

    With `keep` all are quantised once and written beside the other data, under a name that holds
    the checkpoint's hash; later starts only read that file. Without a place to write, or for a
    small model, each is quantised when it is read.
    """
    folder = Path(os.environ.get("THINKTRAIL_DATA", "var")) / "int8"
    path = folder / f"{revision[:40]}-{len(makers)}-v1.safetensors"
    if keep and not path.exists():
        try:
            _write(makers, path)
        except OSError:
            keep = False

    def read(key: str) -> tuple[Tensor, Tensor]:
        if not keep:
            return quantize_rows(makers[key]())
        with safe_open(path, framework="pt") as file:
            return file.get_tensor(key), file.get_tensor(f"{key}.scale")

    return read


def _write(makers: Mapping[str, Callable[[], Tensor]], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}")
    tensors = {}
    for key, make in makers.items():
        tensors[key], tensors[f"{key}.scale"] = quantize_rows(make())
    try:
        save_file(tensors, part)
        part.replace(path)
    except SafetensorError as error:
        raise OSError(str(error)) from None
    finally:
        part.unlink(missing_ok=True)
