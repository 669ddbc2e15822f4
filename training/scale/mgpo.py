"""MGPO on a released checkpoint with TRL's GRPO, with LoRA or in full.

    python -m training.scale.mgpo MODEL --rows var/rows.jsonl --out var/mgpo --lora 32

Rewards are the project's rules, advantages carry its uncertainty weight, and a loss falls on the
tokens from the first contradicted line on. λ = 0 is GRPO on the problems that are neither always
right nor always wrong, as in `training.rl`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from torch import Tensor
from trl import GRPOConfig, GRPOTrainer

from training.mgpo import CLIP_HIGH, CLIP_LOW, maxent_weight, spread_blame
from training.rollouts import fault_token
from training.scale.checkpoint import load, lora, save
from training.scale.rows import Judge, judgeable
from training.scale.running import options_of, shared_settings


class MGPOTrainer(GRPOTrainer):
    """GRPO whose advantages are weighed by w = exp(λ (H(p) − ln 2)) and spread over tokens.

    TRL 1.16 has no hook for advantages: they are changed where its own docstring for subclasses
    says, in the output of `_generate_and_score_completions`, still in the order of the prompts.
    `tests/training/test_scale_trl.py` fails when either method moves. `mixed_only=False` and
    `blame=False` leave TRL's own advantages but for the weight.
    """

    def __init__(
        self,
        *args: Any,
        judge: Judge,
        lam: float = 2.0,
        mixed_only: bool = True,
        blame: bool = True,
        **options: Any,
    ) -> None:
        super().__init__(*args, reward_funcs=[judge.right, judge.rest], **options)
        self.judge, self.lam, self.mixed_only, self.blame = judge, lam, mixed_only, blame
        self.weight = self.faults = torch.zeros(0)

    def _calculate_rewards(
        self, inputs: Any, prompts: Any, completions: Any, completion_ids_list: Any
    ) -> Tensor:
        """(replies of all processes, 2). Keeps the weight of each of them, made of who was right
        and nothing else, and the first faults of this process's replies."""
        rewards: Tensor = super()._calculate_rewards(
            inputs, prompts, completions, completion_ids_list
        )
        group = self.num_generations if self.model.training else self.num_generations_eval
        p = (rewards[:, 0] > 0.5).float().view(-1, group).mean(dim=1)
        mixed = ((p > 0) & (p < 1)).float()
        weight = maxent_weight(p, self.lam) * (mixed if self.mixed_only else 1.0)
        self.weight = weight.repeat_interleave(group)
        self._log_metric("mgpo/weight", weight.mean().item())
        self._log_metric("mgpo/mixed", mixed.mean().item())
        words = self.processing_class.backend_tokenizer
        replies = [
            (row["number"], c[0]["content"]) for row, c in zip(inputs, completions, strict=True)
        ]
        places = [fault_token(words, text, self.judge.of(n, text)) for n, text in replies]
        self.faults = torch.tensor(places, device=rewards.device)
        return rewards

    def _generate_and_score_completions(self, inputs: Any) -> dict[str, Any]:
        out: dict[str, Any] = super()._generate_and_score_completions(inputs)
        count = len(out["advantages"])
        start = self.accelerator.process_index * count
        mine = self.weight[start : start + count]
        advantages = out["advantages"] * mine.to(out["advantages"])
        if self.blame:
            mask = out["completion_mask"]
            advantages = spread_blame(advantages, mask, self.faults.to(mask.device))
        out["advantages"] = advantages
        return out


def trainer(
    model: Any, tokenizer: Any, judge: Judge, config: GRPOConfig, rank: int, **options: Any
) -> MGPOTrainer:
    return MGPOTrainer(
        model=model,
        judge=judge,
        args=config,
        train_dataset=Dataset.from_list(judge.prompts()),
        processing_class=tokenizer,
        peft_config=lora(rank),
        **options,
    )


def settings(out: Path, **changes: Any) -> GRPOConfig:
    """The paper's objective (token-clipped, averaged per reply and then over replies), strictly on
    policy, without a reference model; `changes` override any field."""
    base = shared_settings(out) | {
        "loss_type": "grpo",
        "beta": 0.0,
        "epsilon": CLIP_LOW,
        "epsilon_high": CLIP_HIGH,
        "scale_rewards": "group",
        "num_iterations": 1,
        "temperature": 1.0,
        "top_p": 1.0,
        "num_generations": 8,
        "gradient_accumulation_steps": 128,
        "learning_rate": 1e-6,
        "lr_scheduler_type": "constant",
        "save_steps": 20,
    }
    return GRPOConfig(**base | changes)


def main() -> None:
    parser = options_of(__doc__.splitlines()[0])
    parser.add_argument("--lam", type=float, default=2.0, help="0 is plain GRPO")
    parser.add_argument("--rate", type=float, help="default 2e-5 with LoRA, 1e-6 in full")
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--problems", type=int, default=16, help="per step")
    parser.add_argument("--replies", type=int, default=8, help="per problem")
    parser.add_argument("--at-once", type=int, default=32, help="replies written together")
    parser.add_argument("--longest", type=int, default=8192, help="tokens of a reply")
    options = parser.parse_args()
    problems, left_out = judgeable(options.rows)
    model, tokenizer = load(options.model, full=not options.lora)
    config = settings(
        options.out,
        num_generations=options.replies,
        gradient_accumulation_steps=options.problems * options.replies,
        steps_per_generation=options.at_once,
        learning_rate=options.rate or (2e-5 if options.lora else 1e-6),
        max_completion_length=options.longest,
        max_steps=options.steps,
        seed=options.seed,
    )
    run = trainer(model, tokenizer, Judge(problems), config, options.lora, lam=options.lam)
    run.train(resume_from_checkpoint=options.resume)
    record = {**vars(options), "problems_read": len(problems), "left_out": left_out}
    print(save(run.model, options.model, options.out, {**record, "log": run.state.log_history}))


if __name__ == "__main__":
    main()
