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
NARROW = not torch.cpu._is_vnni_supported()


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
        whole[rows] = (part / scale[rows, None]).round_().to(torch.int8)
    return whole, scale


class Linear8:
    """int8 weights, float32 in and out, every row of the input quantised by its own maximum.

    Integer sums are exact, so a row's result does not depend on the rows beside it, and an
    outlier in one row costs the others nothing.
    """

    def __init__(self, weight: Tensor, scale: Tensor, bias: Tensor | None = None) -> None:
        self.bias = bias
        self._product = _kernel(weight, scale)

    def __call__(self, x: Tensor, add: Tensor | None = None) -> Tensor:
        top = x.abs().amax(1, keepdim=True).clamp_min_(1e-30)
        product = self._product(x, top)
        if add is not None:
            return torch.addcmul(add, product, top)
        if self.bias is not None:
            return torch.addcmul(self.bias, product, top)
        return product.mul_(top)


# A product of x / top and the weight; `top` is the largest magnitude of each row.
Kernel = Callable[[Tensor, Tensor], Tensor]


def _kernel(weight: Tensor, scale: Tensor) -> Kernel:
    """The fastest of three ways this machine has."""
    if not weight.is_cuda and torch.cpu._is_amx_tile_supported():
        return _tiled(weight, scale)
    if not weight.is_cuda and "fbgemm" in torch.backends.quantized.supported_engines:
        return _pinned(weight, scale)
    return _plain(weight, scale)


def _tiled(weight: Tensor, scale: Tensor) -> Kernel:
    """oneDNN on matrix tiles (AMX): the weights are read once for a whole chunk of rows."""
    packed = torch.ops.onednn.qlinear_prepack(weight, None)
    ones, zeros = torch.ones(len(scale)), torch.zeros(len(scale), dtype=torch.int32)
    run, kind, unit = torch.ops.onednn.qlinear_pointwise.default, torch.float32, scale / 127

    def product(x: Tensor, top: Tensor) -> Tensor:
        whole = (x * (127 / top)).round_().to(torch.int8)
        # Scaled here and not in the kernel, whose order of multiplying varies with the rows.
        sums: Tensor = run(whole, 1.0, 0, packed, ones, zeros, None, 1.0, 0, kind, "none", [], "")
        return sums.mul_(unit)

    return product


def _pinned(weight: Tensor, scale: Tensor) -> Kernel:
    """fbgemm's dynamic kernel, the fastest on VNNI without tiles.

    It takes one activation scale for the whole input. So every row is divided by its own largest
    magnitude, and one more row holding +1 and -1 pins the range: the scale becomes a constant.
    """
    torch.backends.quantized.engine = "fbgemm"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch deprecates quantised dtypes, not this kernel
        zeros = torch.zeros(len(scale), dtype=torch.long)
        q = torch._make_per_channel_quantized_tensor(weight, scale.double(), zeros, 0)
        packed = torch.ops.quantized.linear_prepack(q, None)

    def product(x: Tensor, top: Tensor) -> Tensor:
        rows, inputs = x.shape
        pinned = torch.empty(rows + 1, inputs)
        torch.div(x, top, out=pinned[:rows])
        pinned.nan_to_num_(0.0)  # a broken row must not spoil its neighbours' range
        pinned[rows] = 1.0
        pinned[rows, 0] = -1.0
        out: Tensor = torch.ops.quantized.linear_dynamic(pinned, packed, NARROW)[:rows]
        return out

    return product


def _plain(weight: Tensor, scale: Tensor) -> Kernel:
    """torch._int_mm, for cards and for builds without the quantised kernels."""

    def product(x: Tensor, top: Tensor) -> Tensor:
        whole = (x * (127 / top)).round_().to(torch.int8)
        if x.is_cuda and len(whole) < 32:  # the card's kernel wants more than 16 rows
            whole = torch.nn.functional.pad(whole, (0, 0, 0, 32 - len(whole)))
        return torch._int_mm(whole, weight.t())[: len(x)].float() * (scale / 127)

    return product


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
