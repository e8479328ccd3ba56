"""The encoder with its linear layer in torch: training, predictions, export to 8-bit ONNX."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import torch
from torch import nn

from analyser.training.slips import Slips

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from tokenizers import Tokenizer

    from analyser.training.examples import Example

_FIRST_WORD: Final = 1000  # ids below are marks and rare signs
_DIMENSION_WEIGHT: Final = 2.0  # a dimension's own output counts twice in the loss


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a model is trained.

    Attributes:
        epochs: Passes over all windows.
        batch: Windows a step.
        rate: Highest learning rate of the encoder; it rises over the first 8 % of the steps, then falls to 2 % of it.
        head_rate: The same for the linear layer.
        masked: Share of tokens hidden in training, so that no single word decides.
        dropout: Share of the linear layer's inputs left out in training.
        slips: Share of windows that are read misspelt or dictated, others each time.
        layers: How many of the encoder's six layers the tier ``standard`` keeps; 0 keeps all.
        seed: Of everything random.
    """

    epochs: int = 5
    batch: int = 8
    rate: float = 2e-4
    head_rate: float = 2e-3
    masked: float = 0.05
    dropout: float = 0.1
    slips: float = 0.2
    layers: int = 4
    seed: int = 1


class Network(nn.Module):
    """An encoder, and a linear layer over the mean of a unit's tokens, its mark, and the window's first token."""

    def __init__(self, encoder: nn.Module, outputs: int, dropout: float) -> None:
        super().__init__()
        self.encoder = encoder
        width = int(encoder.config.hidden_size)  # type: ignore[union-attr, arg-type]
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(3 * width, outputs)
        self.weights = torch.ones(outputs)

    def weigh(self, weights: NDArray[np.float32]) -> None:
        """Set the weight of each output in the loss."""
        self.weights = torch.tensor(weights)

    def forward(self, ids: torch.Tensor, attention: torch.Tensor, places: torch.Tensor) -> torch.Tensor:
        """Logits of places.

        Args:
            ids: Windows x tokens.
            attention: The same shape, 1 for tokens and 0 for filling.
            places: Places x 3: window, mark, end.
        """
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.training):
            states = self.encoder(input_ids=ids, attention_mask=attention).last_hidden_state
        states = states.float()
        sums = torch.cat([torch.zeros_like(states[:, :1]), states.cumsum(1)], 1)
        window, mark, end = places.unbind(1)
        means = (sums[window, end] - sums[window, mark]) / (end - mark).unsqueeze(1)
        joined = torch.cat([means, states[window, mark], states[window, torch.zeros_like(window)]], 1)
        logits: torch.Tensor = self.head(self.dropout(joined))
        return logits


def load_encoder(folder: Path, layers: int) -> nn.Module:
    """A BERT encoder from safetensors, with some of its layers left out if wanted."""
    from transformers import BertConfig, BertModel  # noqa: PLC0415 - heavy

    config = BertConfig.from_pretrained(folder, attn_implementation="eager")
    encoder: Any = BertModel.from_pretrained(folder, config=config, add_pooling_layer=False, use_safetensors=True)
    if layers:
        count = len(encoder.encoder.layer)
        kept = sorted({round(k * (count - 1) / (layers - 1)) for k in range(layers)})
        encoder.encoder.layer = nn.ModuleList([encoder.encoder.layer[k] for k in kept])
        encoder.config.num_hidden_layers = len(kept)
    return encoder  # type: ignore[no-any-return]


def train(
    network: Network, examples: Sequence[Example], recipe: Recipe, tokenizer: Tokenizer, tell: Any = None
) -> None:
    """Train in place.

    Args:
        network: Encoder and fresh linear layer.
        examples: Windows with targets.
        recipe: How.
        tokenizer: The encoder's tokenizer.
        tell: Called with epoch and mean loss.
    """
    _start_from_priors(network, examples)
    steps = recipe.epochs * -(-len(examples) // recipe.batch)
    head = [p for name, p in network.named_parameters() if name.startswith("head.")]
    body = [p for name, p in network.named_parameters() if not name.startswith("head.")]
    optimiser = torch.optim.AdamW(
        [{"params": body, "lr": recipe.rate}, {"params": head, "lr": recipe.head_rate}], weight_decay=0.01,
        fused=True,  # a quarter of the time; short notes wait for this step more than for the encoder
    )  # fmt: skip
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda s: min((s + 1) / (0.08 * steps), max(0.02, (steps - s) / (0.92 * steps)))
    )
    slips, mask = Slips(tokenizer), tokenizer.token_to_id("[MASK]")
    loss_of = nn.BCEWithLogitsLoss(reduction="none")
    rng = random.Random(recipe.seed)  # noqa: S311 - order of windows
    for epoch in range(recipe.epochs):
        network.train()
        total = 0.0
        for batch in _batches(examples, recipe.batch, rng):
            written = [slips(e, rng) if rng.random() < recipe.slips else e for e in batch]
            ids, attention, places, targets, counts = _tensors(written)
            hidden = (ids >= _FIRST_WORD) & (torch.rand(ids.shape) < recipe.masked)
            optimiser.zero_grad()
            logits = network(ids.masked_fill(hidden, mask), attention, places)
            loss = (loss_of(logits, targets) * counts * network.weights).sum(1).mean()
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            total += loss.item() * len(batch)
        if tell:
            tell(epoch + 1, total / len(examples))


def export(network: Network, folder: Path, number: int = 0) -> None:
    """Write ``encoder<number>.onnx`` (8-bit weights, a scale a channel) and ``head<number>.safetensors`` (16-bit)."""
    import tempfile  # noqa: PLC0415
    from pathlib import Path as _Path  # noqa: PLC0415

    from onnxruntime.quantization import QuantType, quantize_dynamic  # noqa: PLC0415 - heavy
    from safetensors.numpy import save_file  # noqa: PLC0415

    network.eval()
    ids = torch.randint(1000, 2000, (1, 24))
    axes = {0: "windows", 1: "tokens"}
    # Windows are read one at a time and unfilled, so the exported graph needs no mask: seven per cent faster.
    with tempfile.TemporaryDirectory() as place:
        full = _Path(place) / "encoder.onnx"
        torch.onnx.export(
            _States(network.encoder), (ids,), str(full), input_names=["input_ids"], output_names=["states"],
            dynamic_axes={"input_ids": axes, "states": axes}, opset_version=17, dynamo=False,
        )  # fmt: skip
        quantize_dynamic(full, folder / f"encoder{number}.onnx", weight_type=QuantType.QInt8, per_channel=True)
    weights = {"weight": network.head.weight, "bias": network.head.bias}
    halves = {n: w.detach().numpy().astype(np.float16) for n, w in weights.items()}
    save_file(halves, folder / f"head{number}.safetensors")


class _States(nn.Module):
    """An encoder that gives its last states and nothing else."""

    def __init__(self, encoder: nn.Module) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, input_ids: torch.Tensor) -> torch.Tensor:
        """Windows x tokens x width."""
        inside = self.encoder
        states: torch.Tensor = inside.embeddings(input_ids=input_ids)
        for layer in inside.encoder.layer:
            states = layer(states, None)
            states = states[0] if isinstance(states, tuple) else states
        return states


def _start_from_priors(network: Network, examples: Sequence[Example]) -> None:
    """Set the biases to how often each output is true, so that training need not learn that first."""
    share = np.concatenate([e.targets for e in examples]).mean(0).clip(1e-3, 0.9)
    with torch.no_grad():
        network.head.bias.copy_(torch.tensor(np.log(share / (1 - share))))
        network.head.weight.mul_(0.3)


def weights_of(outputs: Sequence[str]) -> NDArray[np.float32]:
    """Weight of each output in the loss."""
    return np.array([_DIMENSION_WEIGHT if "." not in o else 1.0 for o in outputs], np.float32)


def _batches(examples: Sequence[Example], size: int, rng: random.Random) -> Iterator[list[Example]]:
    """Shuffled batches of windows of about one length."""
    order = list(examples)
    rng.shuffle(order)
    pools = [sorted(order[k : k + 8 * size], key=lambda e: len(e.ids)) for k in range(0, len(order), 8 * size)]
    batches = [pool[k : k + size] for pool in pools for k in range(0, len(pool), size)]
    rng.shuffle(batches)
    yield from batches


def _tensors(batch: list[Example]) -> tuple[torch.Tensor, ...]:
    longest = max(len(e.ids) for e in batch)
    ids = torch.zeros(len(batch), longest, dtype=torch.long)
    attention = torch.zeros_like(ids)
    for row, example in enumerate(batch):
        ids[row, : len(example.ids)] = torch.tensor(example.ids)
        attention[row, : len(example.ids)] = 1
    places = torch.tensor([(row, mark, end) for row, e in enumerate(batch) for mark, end in e.places])
    targets = torch.tensor(np.concatenate([e.targets for e in batch]))
    counts = torch.tensor(np.concatenate([e.counts for e in batch]))
    return ids, attention, places, targets, counts
