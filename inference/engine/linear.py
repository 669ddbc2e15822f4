"""Matrix products with the same result for a row whatever rows stand beside it.

`Linear` keeps the checkpoint's precision; `Linear8` holds int8 weights and, on a CPU, quantises
each row of the input by itself. Both take [rows, inputs] and give [rows, outputs].
"""

from __future__ import annotations

import ctypes
import warnings
from collections.abc import Callable
from functools import cache
from pathlib import Path

import torch
from torch import Tensor
from torch.nn.functional import pad

from .native import compiled, tiles_allowed
from .quantize import Panels

SOURCE = Path(__file__).with_name("decode8.c")
# Without VNNI torch's kernel adds pairs in 16 bits, which full-range activations overflow.
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


class Linear8:
    """int8 weights, float32 in and out, every row of the input quantised by its own maximum.

    Integer sums are exact, so a row's result does not depend on the rows beside it, and an
    outlier in one row costs the others nothing.
    """

    def __init__(self, weight: Tensor | Panels, scale: Tensor, bias: Tensor | None = None) -> None:
        self.bias = bias
        if isinstance(weight, Panels):
            self.product: Whole = Compiled(weight, scale, bias)
        else:
            self.product = _by_torch(_kernel(weight, scale))

    def __call__(self, x: Tensor, add: Tensor | None = None) -> Tensor:
        return self.product(x, self.bias if add is None else add)


Whole = Callable[[Tensor, Tensor | None], Tensor]  # the product, plus what is to be added
# A product of x / top and the weight; `top` is the largest magnitude of each row.
Kernel = Callable[[Tensor, Tensor], Tensor]


class CProduct(ctypes.Structure):
    """A product as the C code knows it: addresses, the number of outputs, whether it is int4."""

    _fields_ = [
        *((name, ctypes.c_void_p) for name in ("weights", "scale", "bias", "offset")),
        ("outputs", ctypes.c_long),
        ("four", ctypes.c_long),
    ]


@cache
def library() -> ctypes.CDLL | None:
    """The compiled products, or None where torch must do them."""
    if (found := compiled(SOURCE)) is None:
        return None
    address, long = ctypes.c_void_p, ctypes.c_long
    found.product8.argtypes = [long, long, *[address] * 3, long, address, *[ctypes.c_int] * 2]
    found.product8.restype = None
    return found


class Compiled:
    """int8.c on all of torch's threads: near the speed at which memory can be read."""

    def __init__(self, weight: Panels, scale: Tensor, bias: Tensor | None) -> None:
        found = library()
        assert found is not None
        self._run, self._tiled, self._outputs = found.product8, tiles_allowed(), len(scale)
        self._held = [weight.data, scale / 127, bias, weight.offset]  # what C points at
        addresses = [None if t is None else t.data_ptr() for t in self._held]
        self.shape = CProduct(*addresses, self._outputs, weight.data.dtype == torch.uint8)
        self._pointer = ctypes.pointer(self.shape)

    def __call__(self, x: Tensor, add: Tensor | None) -> Tensor:
        x, y = x.contiguous(), torch.empty(len(x), self._outputs)
        stride = self._outputs if add is not None and add.dim() == 2 else 0
        more = None if add is None else add.data_ptr()
        threads = torch.get_num_threads()
        where = (self._pointer, x.data_ptr(), more, stride, y.data_ptr())
        self._run(*x.shape, *where, threads, self._tiled)
        return y


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
