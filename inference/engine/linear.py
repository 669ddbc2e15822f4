"""Matrix products with the same result for a row whatever rows stand beside it.

`Linear` keeps the checkpoint's precision; `Linear8` holds int8 weights and, on a CPU, quantises
each row of the input by itself. Both take [rows, inputs] and give [rows, outputs].
"""

from __future__ import annotations

import ctypes
import os
import warnings
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor
from torch.nn.functional import pad

from .native import compiled, tiles_allowed

SOURCE = Path(__file__).with_name("int8.c")
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


class Panels(NamedTuple):
    """int8 weights as int8.c reads them: [outputs / 32, inputs / 4, 32, 4], padded with zeros."""

    data: Tensor
    offset: Tensor  # [outputs] int32: 128 times the sum of each output's weights


def panels(weight: Tensor) -> Panels:
    """Panels of [outputs, inputs] int8."""
    padded = pad(weight, (0, -weight.shape[1] % 4, 0, -len(weight) % 32))
    data = padded.view(-1, 32, padded.shape[1] // 4, 4).transpose(1, 2).contiguous()
    return Panels(data, weight.sum(1, dtype=torch.int32) * 128)


class Linear8:
    """int8 weights, float32 in and out, every row of the input quantised by its own maximum.

    Integer sums are exact, so a row's result does not depend on the rows beside it, and an
    outlier in one row costs the others nothing.
    """

    def __init__(self, weight: Tensor | Panels, scale: Tensor, bias: Tensor | None = None) -> None:
        self.bias = bias
        if isinstance(weight, Panels):
            self._product = _compiled(weight, scale)
        else:
            self._product = _by_torch(_kernel(weight, scale))

    def __call__(self, x: Tensor, add: Tensor | None = None) -> Tensor:
        return self._product(x, self.bias if add is None else add)


Whole = Callable[[Tensor, Tensor | None], Tensor]  # the product, plus what is to be added
# A product of x / top and the weight; `top` is the largest magnitude of each row.
Kernel = Callable[[Tensor, Tensor], Tensor]


@cache
def library() -> Any:
    """The compiled product, or None where torch must do it."""
    if (found := compiled(SOURCE)) is None:
        return None
    address, long = ctypes.c_void_p, ctypes.c_long
    found.product8.argtypes = [*[long] * 3, *[address] * 5, long, address, *[ctypes.c_int] * 2]
    found.product8.restype = None
    return found.product8


def _compiled(weight: Panels, scale: Tensor) -> Whole:
    """int8.c on all of torch's threads: near the speed at which memory can be read."""
    run, outputs, unit = library(), len(scale), scale / 127
    tiled = tiles_allowed()
    held = [t.data_ptr() for t in (weight.data, unit, weight.offset)]

    def product(x: Tensor, add: Tensor | None) -> Tensor:
        rows, inputs = x.shape
        x, y = x.contiguous(), torch.empty(rows, outputs)
        more = (None, 0) if add is None else (add.data_ptr(), outputs if add.dim() == 2 else 0)
        threads = torch.get_num_threads()
        run(rows, inputs, outputs, x.data_ptr(), *held, *more, y.data_ptr(), threads, tiled)
        return y

    product.weight, product.unit = weight, unit  # type: ignore[attr-defined]  # keeps them alive
    return product


def _by_torch(kernel: Kernel) -> Whole:
    def product(x: Tensor, add: Tensor | None) -> Tensor:
        top = x.abs().amax(1, keepdim=True).clamp_min_(1e-30)
        made = kernel(x, top)
        return made.mul_(top) if add is None else torch.addcmul(add, made, top)

    return product


def _kernel(weight: Tensor, scale: Tensor) -> Kernel:
    """The faster of two ways that torch has."""
    if not weight.is_cuda and "fbgemm" in torch.backends.quantized.supported_engines:
        return _pinned(weight, scale)
    return _plain(weight, scale)


def _pinned(weight: Tensor, scale: Tensor) -> Kernel:
    """fbgemm's dynamic kernel.

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
            whole = pad(whole, (0, 0, 0, 32 - len(whole)))
        return torch._int_mm(whole, weight.t())[: len(x)].float() * (scale / 127)

    return product


Reader = Callable[[str], tuple[Tensor | Panels, Tensor]]


def quantized(
    makers: Mapping[str, Callable[[], Tensor]], revision: str, keep: bool, native: bool
) -> Reader:
    """A reader of quantised weights and their scales by key, made from `makers`.

    With `keep` all are quantised once and written beside the other data, under a name that holds
    the checkpoint's hash; later starts map that file into memory, ready to be used. Without a place
    to write, or for a small model, each is quantised when it is read. native: as panels.
    """
    folder = Path(os.environ.get("THINKTRAIL_DATA", "var")) / "int8"
    kind = "panels" if native else "rows"
    path = folder / f"{revision[:40]}-{len(makers)}-{kind}-v2.safetensors"
    if keep and not path.exists():
        try:
            _write(makers, path, native)
        except OSError:
            keep = False

    def read(key: str) -> tuple[Tensor | Panels, Tensor]:
        if not keep:
            whole, scale = quantize_rows(makers[key]())
            return panels(whole) if native else whole, scale
        with safe_open(path, framework="pt") as file:
            whole, scale = file.get_tensor(key), file.get_tensor(f"{key}.scale")
            return Panels(whole, file.get_tensor(f"{key}.offset")) if native else whole, scale

    return read


def _write(makers: Mapping[str, Callable[[], Tensor]], path: Path, native: bool) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}")
    tensors = {}
    for key, make in makers.items():
        tensors[key], tensors[f"{key}.scale"] = quantize_rows(make())
        if native:
            tensors[key], tensors[f"{key}.offset"] = panels(tensors[key])
    try:
        save_file(tensors, part)
        part.replace(path)
    except SafetensorError as error:
        raise OSError(str(error)) from None
    finally:
        part.unlink(missing_ok=True)
