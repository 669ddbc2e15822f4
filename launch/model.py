"""`python -m launch.model DIR`: fetch VibeThinker-1.5B, resumably, weights as safetensors only."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from pathlib import Path

REPOSITORY = "WeiboAI/VibeThinker-1.5B"
# Never *.bin or *.pt: those formats run code when they are opened.
WANTED = ["*.safetensors", "*.safetensors.index.json", "config.json", "generation_config.json"]
WANTED += ["tokenizer.json", "tokenizer_config.json", "vocab.json", "merges.txt"]
WANTED += ["chat_template.jinja", "special_tokens_map.json", "LICENSE*", "README.md"]


def fetch(target: Path, repository: str = REPOSITORY, revision: str = "main") -> dict[str, object]:
    """Download into `target`; returns and records the revision and every file's sha256.

    A cut download goes on where it stopped. Raises OSError when the hub cannot be reached.
    """
    from huggingface_hub import HfApi, snapshot_download

    commit = HfApi().model_info(repository, revision=revision).sha
    print(f"{repository} at {commit}", flush=True)
    snapshot_download(repository, revision=commit, allow_patterns=WANTED, local_dir=target)
    hashes = {path.name: sha256(path) for path in sorted(target.iterdir()) if path.is_file()}
    if not any(name.endswith(".safetensors") for name in hashes):
        raise OSError(f"{repository} at {commit} holds no safetensors weights.")
    card: dict[str, object] = {
        "name": repository.split("/")[-1],
        "repository": repository,
        "revision": commit,
        "sha256": {name: value for name, value in hashes.items() if name != "thinktrail.json"},
        "strengths": ["*"],
    }
    (target / "thinktrail.json").write_text(json.dumps(card, indent=1) + "\n")
    return card


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def main(argv: list[str]) -> int:
    os.environ.pop("HF_HUB_OFFLINE", None)
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    target = Path(argv[0])
    if (target / "thinktrail.json").exists():
        print(f"{target} is already there.")
        return 0
    try:
        card = fetch(target)
    except Exception as error:  # the hub's client raises many kinds; each is one line here
        print(
            f"The model could not be fetched ({error}). What has arrived is kept: run "
            "./start.sh --get-model again to go on, or copy a model by hand and give it with "
            "--model-path DIR."
        )
        return 1
    print(f"Fetched {card['repository']} {card['revision']}; hashes are in thinktrail.json.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
