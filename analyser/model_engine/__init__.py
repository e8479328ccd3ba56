"""Models that read whole notes: token windows, encoders, calibrated probabilities."""

from __future__ import annotations

from analyser.model_engine.model import Model, load_model

__all__ = ["Model", "load_model"]
