"""Matrix products with the same result for a row whatever rows stand beside it.

`Linear` keeps the checkpoint's precision; `Linear8` holds int8 weights and, on a CPU, quantises
each row of the input by itself. Both take [rows, inputs] and give [rows, outputs].
"""

from __future__ import annotations

import warnings

import torch
from torch import Tensor


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
    scale = weight.float().abs().amax(1).clamp_min(1e-12) / 127
    return torch.round(weight.float() / scale[:, None]).to(torch.int8), scale


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
        self._buffer = torch.zeros(0, self.inputs)

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
            product = torch.ops.quantized.linear_dynamic(pinned, self._packed)[:rows]
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
    if weight.is_cuda or "fbgemm" not in torch.backends.quantized.supported_engines:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch deprecates quantised dtypes, not this kernel
        zeros = torch.zeros(len(scale), dtype=torch.long)
        q = torch._make_per_channel_quantized_tensor(weight, scale.double(), zeros, 0)
        return torch.ops.quantized.linear_prepack(q, None)
