"""Thinktrail's own inference engine for Qwen2-layout models."""

from inference.protocol import Delta, SamplingParams

from .engine import Engine

__all__ = ["Delta", "Engine", "SamplingParams"]
