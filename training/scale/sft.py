"""Step-weighted fine-tuning of a released checkpoint with TRL, with LoRA or in full.

    python -m training.scale.sft MODEL --rows var/rows.jsonl --out var/sft --lora 32

`--rows` is what `training.curate` wrote. `--lora 0` trains every weight. A run that is stopped
goes on with `--resume`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from torch import Tensor
from trl import SFTConfig, SFTTrainer

from training.scale.checkpoint import load, lora, save
from training.scale.rows import Collator, encode_file
from training.scale.running import options_of, shared_settings


class StepWeightedSFT(SFTTrainer):
    """The mean of the token losses with the weights of the rows, over a whole optimizer step.

    TRL's loss function hook never sees extra columns, so the loss itself is overridden. The fused
    head gives log-probabilities without the (tokens × 151,936) logits ever standing in memory.
    """

    def get_batch_samples(
        self, epoch_iterator: Any, num_batches: int, device: torch.device
    ) -> tuple[list[dict[str, Tensor]], Tensor]:
        """The micro-batches of a step, and the sum of their weights where the count would be.

        The trainer hands that sum to `compute_loss` and leaves the average to it.
        """
        samples, _ = super().get_batch_samples(epoch_iterator, num_batches, device)
        total = sum((batch["weights"][:, 1:].sum() for batch in samples), torch.zeros(()))
        return samples, total.to(device).clamp(min=1e-6)

    def compute_loss(
        self,
        model: Any,
        inputs: dict[str, Tensor],
        return_outputs: bool = False,
        num_items_in_batch: Tensor | None = None,
    ) -> Any:
        weights = inputs["weights"][:, 1:]
        given = {name: value for name, value in inputs.items() if name != "weights"}
        found = model(**given, use_cache=False, fused_lm_head=True)
        total = weights.sum().clamp(min=1e-6) if num_items_in_batch is None else num_items_in_batch
        loss = -(found.log_probs * weights).sum() / total
        return (loss, found) if return_outputs else loss


def trainer(
    model: Any, tokenizer: Any, rows: list[dict[str, list[Any]]], config: SFTConfig, rank: int
) -> StepWeightedSFT:
    return StepWeightedSFT(
        model=model,
        args=config,
        train_dataset=Dataset.from_list(rows),
        data_collator=Collator(tokenizer.pad_token_id),
        processing_class=tokenizer,
        peft_config=lora(rank),
    )


def settings(out: Path, **changes: Any) -> SFTConfig:
    """Defaults of the 1.5B run: one row at a time, batches by accumulation, activations dropped
    and made again. `changes` override any field."""
    base = shared_settings(out) | {
        "gradient_accumulation_steps": 32,
        "num_train_epochs": 2,
        "learning_rate": 1e-5,
        "lr_scheduler_type": "cosine",
        "warmup_steps": 0.05,
        "train_sampling_strategy": "group_by_length",
        "remove_unused_columns": False,  # keeps the weights
        "dataset_kwargs": {"skip_prepare_dataset": True},
        "max_length": None,
        "save_steps": 50,
    }
    return SFTConfig(**base | changes)


def main() -> None:
    parser = options_of(__doc__.splitlines()[0])
    parser.add_argument("--rate", type=float, help="default 2e-4 with LoRA, 1e-5 in full")
    parser.add_argument("--epochs", type=float, default=2)
    parser.add_argument("--batch", type=int, default=32, help="rows of one optimizer step")
    parser.add_argument("--longest", type=int, default=16_384, help="tokens; longer rows are left")
    parser.add_argument("--steps", type=int, default=-1, help="stop after so many")
    options = parser.parse_args()
    model, tokenizer = load(options.model, full=not options.lora)
    rows = encode_file(tokenizer, options.rows, options.longest)
    config = settings(
        options.out,
        gradient_accumulation_steps=options.batch,
        num_train_epochs=options.epochs,
        learning_rate=options.rate or (2e-4 if options.lora else 1e-5),
        max_steps=options.steps,
        seed=options.seed,
    )
    run = trainer(model, tokenizer, rows, config, options.lora)
    run.train(resume_from_checkpoint=options.resume)
    record = {**vars(options), "read": len(rows), "log": run.state.log_history}
    print(save(run.model, options.model, options.out, record))


if __name__ == "__main__":
    main()
