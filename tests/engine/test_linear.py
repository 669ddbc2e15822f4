"""int8 products: near the exact ones, and the same bits for a row in every batch."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from inference.engine import Engine, linear
from inference.engine.linear import Linear, Linear8
from inference.engine.quantize import panels, quantize_rows

from .tiny import make_tiny

KERNELS = ["compiled", "_pinned", "_plain"]
INPUTS = 126  # of which the last word and the last tile are not full


@pytest.fixture(params=KERNELS)
def layer(request, monkeypatch) -> tuple[Linear8, torch.Tensor]:
    weight = torch.randn(90, INPUTS, generator=torch.Generator().manual_seed(1))
    whole, scale = quantize_rows(weight)
    if request.param == "compiled":
        if linear.library() is None:
            pytest.skip("no C compiler here, or no AVX2")
        return Linear8(panels(whole), scale), weight
    monkeypatch.setattr(linear, "_kernel", getattr(linear, request.param))
    return Linear8(whole, scale), weight


@pytest.mark.parametrize("inputs", [126, 132, 320, 1088])
def test_sums_are_those_of_whole_numbers(inputs: int, instructions: str) -> None:
    """So replies keep their bits on machines with other instructions; all extremes occur."""
    if linear.library() is None:
        pytest.skip("no C compiler here, or no AVX2")
    generator = torch.Generator().manual_seed(4)
    whole = torch.randint(-127, 128, (90, inputs), generator=generator, dtype=torch.int8)
    whole[:2] = torch.tensor([[127], [-127]])
    x = torch.randint(-127, 128, (24, inputs), generator=generator).float()
    x[:2] = torch.tensor([[127.0], [-127.0]])
    x[:, 0] = 127
    made = Linear8(panels(whole), torch.full((90,), 127.0))
    for count in range(1, 25):
        assert torch.equal(made(x[:count]), (x[:count].double() @ whole.double().T * 127).float())


def rows(count: int) -> torch.Tensor:
    return torch.randn(count, INPUTS, generator=torch.Generator().manual_seed(2))


def test_close_to_the_exact_product(layer) -> None:
    made, weight = layer
    x = rows(9)
    exact = x @ weight.T
    assert (made(x) - exact).norm() < 0.02 * exact.norm()


def test_a_row_keeps_its_bits_and_outliers_keep_to_themselves(layer) -> None:
    made, _ = layer
    x = rows(24)
    alone = torch.cat([made(row[None]) for row in x])
    for count in (2, 3, 8, 21, 24):
        assert torch.equal(made(x[:count]), alone[:count])
    x[5] *= 1e6
    assert torch.equal(made(x)[6:], alone[6:])


def test_a_broken_row_breaks_itself_only(layer) -> None:
    made, _ = layer
    x = rows(4)
    good = made(x)
    x[1, 3] = torch.nan
    out = made(x)
    assert out[1].isnan().all()
    assert torch.equal(out[[0, 2, 3]], good[[0, 2, 3]])


def test_bias_and_residual(layer) -> None:
    made, weight = layer
    x, bias = rows(3), torch.randn(90)
    plain_product = made(x)
    made.bias = bias
    assert torch.allclose(made(x), plain_product + bias, atol=1e-4)
    made.bias = None
    add = torch.randn(3, 90)
    assert torch.allclose(made(x, add), made(x) + add, atol=1e-4)
    plain = Linear(weight, bias)
    assert torch.allclose(plain(x), x @ weight.T + bias, atol=1e-4)


def test_quantised_once_and_kept_under_the_weights_hash(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("THINKTRAIL_DATA", str(tmp_path / "data"))
    monkeypatch.setattr("inference.engine.loading.KEPT_FROM", 0)
    model = make_tiny(tmp_path / "model")
    prompt = [(3, 0, list(range(30)))]

    def logits() -> torch.Tensor:
        engine = Engine.load(model, quantize="int8")
        from inference.engine.model import Chunk

        return engine.model.forward(engine.cache, [Chunk(*prompt[0])], [])

    first = logits()
    (kept,) = (tmp_path / "data" / "int8").iterdir()
    stamp = kept.stat().st_mtime_ns
    assert torch.equal(logits(), first) and kept.stat().st_mtime_ns == stamp
    make_tiny(tmp_path / "model", seed=9)
    assert not torch.equal(logits(), first)
    assert len(list((tmp_path / "data" / "int8").iterdir())) == 2
    monkeypatch.setenv("THINKTRAIL_DATA", "/proc/nowhere")
    assert logits().isfinite().all()
