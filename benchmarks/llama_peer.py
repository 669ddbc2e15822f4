"""llama.cpp as a peer of `benchmarks.engine`: a child that answers one JSON line per request.

Run by whichever Python has llama-cpp-python and gguf (the extra `bench`); needs nothing else of
this project. `python llama_peer.py MODEL_DIRECTORY GGUF THREADS` writes the GGUF from the
checkpoint if it is missing, so both engines run the very same weights: Q8_0, or, where the file
is called ….q4.gguf, Q4_0 with a head of Q8_0.
"""

from __future__ import annotations

import ctypes
import json
import struct
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

FOURS = ".q4.gguf"
TENSORS = {
    "self_attn.q_proj.weight": "attn_q.weight",
    "self_attn.k_proj.weight": "attn_k.weight",
    "self_attn.v_proj.weight": "attn_v.weight",
    "self_attn.q_proj.bias": "attn_q.bias",
    "self_attn.k_proj.bias": "attn_k.bias",
    "self_attn.v_proj.bias": "attn_v.bias",
    "self_attn.o_proj.weight": "attn_output.weight",
    "mlp.gate_proj.weight": "ffn_gate.weight",
    "mlp.up_proj.weight": "ffn_up.weight",
    "mlp.down_proj.weight": "ffn_down.weight",
    "input_layernorm.weight": "attn_norm.weight",
    "post_attention_layernorm.weight": "ffn_norm.weight",
}


def read_safetensors(path: Path) -> dict[str, Any]:
    """Arrays by name, bfloat16 widened to float32 when used (a callable per tensor)."""
    with path.open("rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        base = file.tell()
    data = np.memmap(path, np.uint8, "r")
    made = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        start, end = (base + x for x in entry["data_offsets"])
        raw = data[start:end]

        def read(raw: Any = raw, entry: Any = entry) -> Any:
            if entry["dtype"] == "BF16":
                wide = raw.view(np.uint16).astype(np.uint32) << 16
                return wide.view(np.float32).reshape(entry["shape"])
            return raw.view(np.float32).reshape(entry["shape"])

        made[name] = read
    return made


def write_gguf(directory: Path, target: Path) -> None:
    """The checkpoint and its vocabulary as a GGUF."""
    import gguf  # type: ignore[import-not-found]  # of the extra `bench`

    config = json.loads((directory / "config.json").read_text())
    part = target.with_suffix(".part")
    writer = gguf.GGUFWriter(str(part), "qwen2")
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_head_count_kv(config["num_key_value_heads"])
    writer.add_rope_freq_base(config["rope_theta"])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    kinds, types_of_file = gguf.GGMLQuantizationType, gguf.LlamaFileType
    fours = target.name.endswith(FOURS)
    writer.add_file_type(types_of_file.MOSTLY_Q4_0 if fours else types_of_file.MOSTLY_Q8_0)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    written = json.loads((directory / "tokenizer.json").read_text())
    tokens = [f"[unused {i}]" for i in range(config["vocab_size"])]
    types = [gguf.TokenType.UNUSED] * len(tokens)
    for token, id in written["model"]["vocab"].items():
        tokens[id], types[id] = token, gguf.TokenType.NORMAL
    for added in written["added_tokens"]:
        tokens[added["id"]], types[added["id"]] = added["content"], gguf.TokenType.CONTROL
    merges = written["model"]["merges"] or [[tokens[0], tokens[1]]]
    writer.add_token_list(tokens)
    writer.add_token_types(types)
    writer.add_token_merges([m if isinstance(m, str) else " ".join(m) for m in merges])
    ends = json.loads((directory / "generation_config.json").read_text())["eos_token_id"]
    writer.add_eos_token_id(ends if isinstance(ends, int) else ends[0])

    def add(name: str, tensor: Any) -> None:
        if tensor.ndim == 2:
            kind = kinds.Q4_0 if fours and name.startswith("blk.") else kinds.Q8_0
            writer.add_tensor(name, gguf.quants.quantize(tensor, kind), raw_dtype=kind)
        else:
            writer.add_tensor(name, np.ascontiguousarray(tensor, np.float32))

    for file in sorted(directory.glob("*.safetensors")):
        for name, read in read_safetensors(file).items():
            if name.startswith("model.layers."):
                _, _, layer, rest = name.split(".", 3)
                add(f"blk.{layer}.{TENSORS[rest]}", read())
            else:
                plain = {"model.embed_tokens.weight": "token_embd.weight"}
                plain |= {
                    "model.norm.weight": "output_norm.weight",
                    "lm_head.weight": "output.weight",
                }
                add(plain[name], read())
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    part.rename(target)


class Llama:
    """Greedy decoding of several sequences in one batch through llama.cpp's own C interface."""

    def __init__(self, path: Path, threads: int, streams: int, context: int, plain: bool) -> None:
        import llama_cpp as api  # type: ignore[import-not-found]  # of the extra `bench`

        self.api = api
        quiet = api.llama_log_callback(lambda level, text, data: None)
        self._quiet = quiet
        api.llama_log_set(quiet, ctypes.c_void_p(0))
        api.llama_backend_init()
        options = api.llama_model_default_params()
        options.use_extra_bufts = not plain  # weights repacked for matrix tiles
        self.model = api.llama_model_load_from_file(str(path).encode(), options)
        params = api.llama_context_default_params()
        params.n_ctx, params.n_batch, params.n_ubatch = context * streams, 2048, 512
        params.n_seq_max, params.n_threads, params.n_threads_batch = streams, threads, threads
        self.context = api.llama_init_from_model(self.model, params)
        self.vocab = api.llama_vocab_n_tokens(api.llama_model_get_vocab(self.model))
        self.batch = api.llama_batch_init(2048, 0, streams)

    def _decode(self, items: list[tuple[int, int, int, bool]]) -> list[int]:
        """items: (token, position, sequence, wants logits); the likeliest next tokens."""
        batch = self.batch
        batch.n_tokens = len(items)
        for i, (token, position, sequence, wanted) in enumerate(items):
            batch.token[i], batch.pos[i], batch.n_seq_id[i] = token, position, 1
            batch.seq_id[i][0], batch.logits[i] = sequence, wanted
        if self.api.llama_decode(self.context, batch):
            raise RuntimeError("llama_decode failed")
        best = []
        for i, item in enumerate(items):
            if item[3]:
                row = self.api.llama_get_logits_ith(self.context, i)
                best.append(int(np.ctypeslib.as_array(row, (self.vocab,)).argmax()))
        return best

    def run(self, streams: int, prompt: list[int], tokens: int) -> dict[str, Any]:
        """First-token time of one prompt, and the seconds of every decode step after it."""
        self.api.llama_memory_clear(self.api.llama_get_memory(self.context), True)
        start = time.perf_counter()
        last = []
        for s in range(streams):
            items = [(t, i, s, i == len(prompt) - 1) for i, t in enumerate(prompt)]
            last += self._decode(items)
            if s == 0:
                first = time.perf_counter() - start
        steps = []
        for n in range(tokens - 1):
            began = time.perf_counter()
            items = [(t, len(prompt) + n, s, True) for s, t in enumerate(last)]
            last = self._decode(items)
            steps.append(time.perf_counter() - began)
        return {"first": first, "steps": steps}


def main() -> None:
    directory, target, threads = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    if not target.exists():
        write_gguf(directory, target)
    plain = sys.argv[4:] == ["plain"]
    model = Llama(target, threads, streams=8, context=1024, plain=plain)
    dtype = "Q4_0" if target.name.endswith(FOURS) else "Q8_0"
    print(json.dumps({"dtype": f"{dtype}, no tiles" if plain else dtype}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        print(json.dumps(model.run(**request)), flush=True)


if __name__ == "__main__":
    main()
