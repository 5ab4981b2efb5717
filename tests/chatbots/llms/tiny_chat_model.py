"""A chat model of a few kilobytes with random weights: it says nonsense, by the same code as a real one."""

from __future__ import annotations

from pathlib import Path

TEMPLATE = (
    "{% for message in messages %}{{ message.role }} {{ message.content }} {% endfor %}"
    "{% if add_generation_prompt %}assistant {% endif %}"
)


def make_tiny_chat_model(folder: Path, *, ends: bool) -> Path:
    """Write a model that ends its reply with its first word, or never does."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import GenerationConfig, LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    words = ["<unk>", "</s>", "system", "user", "assistant", *(f"ord{number}" for number in range(60))]
    tokenizer = Tokenizer(models.WordLevel({word: at for at, word in enumerate(words)}, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, unk_token="<unk>", eos_token="</s>")
    fast.chat_template = TEMPLATE
    fast.save_pretrained(folder)
    torch.manual_seed(1)
    config = LlamaConfig(
        vocab_size=len(words),
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        max_position_embeddings=4096,
        bos_token_id=None,
        eos_token_id=1,
        tie_word_embeddings=False,
    )
    model = LlamaForCausalLM(config)
    with torch.no_grad():
        model.lm_head.weight[:5] = 0.0  # what a reply may not hold is never the likeliest
        model.lm_head.weight[5:] = torch.rand(len(words) - 5, 16)
        model.model.norm.weight.abs_()
    model.generation_config = GenerationConfig(eos_token_id=list(range(len(words))) if ends else 1, pad_token_id=1)
    model.save_pretrained(folder)
    return folder
