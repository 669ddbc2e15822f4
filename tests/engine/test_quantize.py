"""int4 weights: near the exact ones, and exactly the int8 weights that they stand for."""

from __future__ import annotations

import pytest
import torch

from inference.engine import linear
from inference.engine.linear import Linear8
from inference.engine.quantize import (
    Fours,
    panels,
    panels_of_fours,
    quantize_groups,
    quantize_rows,
)


def normal(*shape: int) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(3))


def error(made: Fours, weight: torch.Tensor) -> float:
    return float((made.expanded() * made.scale[:, None] - weight).norm() / weight.norm())


def test_error_of_normal_weights() -> None:
    weight = normal(90, 512)
    whole, scale = quantize_rows(weight)
    assert (whole * scale[:, None] - weight).norm() < 0.01 * weight.norm()
    made = quantize_groups(weight)
    coarse = weight.abs().amax(1, keepdim=True) / 7  # four bits without groups
    assert error(made, weight) < 0.1 < ((weight / coarse).round() * coarse - weight).norm() / 200


def test_values_are_small_integers() -> None:
    made = quantize_groups(normal(40, 96))
    assert made.q.max() <= 15
    assert made.m.min() >= 1
    assert made.m.max() <= 15
    assert made.expanded().abs().max() <= 120


def test_zeros_stay_zero_and_an_outlier_costs_its_own_group_most() -> None:
    weight = normal(3, 128)
    weight[1] = 0
    weight[2, 40] = 8.0
    made = quantize_groups(weight)
    back = made.expanded() * made.scale[:, None]
    assert not back[1].any()
    assert abs(back[2, 40] - 8.0) < 0.6
    lost = (back[2] - weight[2]).view(4, 32).norm(dim=1) / weight[2].view(4, 32).norm(dim=1)
    plain = 8.0 / 7 / 12**0.5  # the error of a step that fits the outlier, relative to weights of 1
    assert lost[[0, 2, 3]].max() < 0.13 < plain / 2


@pytest.mark.parametrize("inputs", [96, 128])  # with half a tile at the end, and without
def test_panels_give_the_bits_of_the_int8_weights(inputs: int, instructions: str) -> None:
    if linear.library() is None:
        pytest.skip("no C compiler here, or no AVX2")
    made = quantize_groups(normal(90, inputs))
    made.q[:2], made.m[:2] = torch.tensor([[0], [15]]), 15  # the largest sums
    fours = Linear8(panels_of_fours(made), made.scale)
    eights = Linear8(panels(made.expanded()), made.scale)
    for count in (1, 2, 7, 8, 9, 16, 17, 33):
        x = torch.randn(count, inputs)
        x[0] = x[0].abs().amax() * (-1) ** count
        assert torch.equal(fours(x), eights(x))
