"""The words for loss, accuracy, training, validation and epoch in the languages in which people write their loops."""

from __future__ import annotations

import re
from functools import lru_cache

_WORDS = {
    "loss": "verluste verlust pertes perte pérdidas pérdida perdidas perdida perdas perda perdite perdita "
    "損失 损失 손실 потери потеря",
    "accuracy": "genauigkeit exactitude exactitud acurácia acuracia accuratezza "
    "准确率 準確率 精度 正解率 정확도 точность",
    "train": "trainings entraînement entrainement apprentissage entrenamiento treinamento treino addestramento "
    "训练 訓練 学習 훈련 학습 обучение обучения",
    "val": "validierungs validierung validations validación validacion validação validacao validazione "
    "验证 驗證 検証 검증 валидация валидации",
    "test": "prueba teste 测试 測試 テスト 테스트",
    "epoch": "epoche époque época epoca 轮次 エポック 에포크 эпоха",
}
"""English -> the same in German, French, Spanish, Portuguese, Italian, Chinese, Japanese, Korean and Russian."""
_ENGLISH = {word: english for english, words in _WORDS.items() for word in words.split()}
_ANY = re.compile(
    r"(?<![^\W\d_])(?:de |d'|of )?("
    + "|".join(sorted(_ENGLISH, key=len, reverse=True))
    + r")(?=[^a-z]|verlust|genauigkeit|$)"
    r"|(?<=[gsa-z])(verlust|genauigkeit)(?![a-z])|([\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]{2,})",
    re.IGNORECASE,
)
_OF = re.compile(
    r"\b(loss|accuracy)\s+(?:(?:de|di|da|do|del|della|de la|en|of)\s)?\s*(train|val|validation|test)\b", re.IGNORECASE
)
"""`pérdida de validación`, where English puts the owner first."""
_HINTS = ("verlust", "genauigkeit", "perte", "perdi", "perda", "exactitud", "epoche", "epoca", "treino", "acuracia")
_LOOKED_AT = 2**16


def in_english(text: str) -> str:
    """Return a text with these words in English; of other texts nothing changes."""
    head = text[:_LOOKED_AT]
    if head.isascii():
        lowered = head.lower()
        if not any(hint in lowered for hint in _HINTS):
            return text
    return text if _ANY.search(head) is None else _OF.sub(r"\2 \1", _ANY.sub(_translated, text))


def _translated(found: re.Match[str]) -> str:
    word = (found[1] or found[2] or found[3]).lower()
    return _of(word) or found[0]


@lru_cache(maxsize=256)
def _of(word: str) -> str:
    """Return the English of a word, or of the words that it is written together of (訓練損失)."""
    if word in _ENGLISH:
        return f" {_ENGLISH[word]} "
    parts = [english for known, english in _ENGLISH.items() if not known.isascii() and known in word]
    return f" {' '.join(sorted(set(parts), key=_ORDER.index))} " if parts else ""


_ORDER = ("epoch", "train", "val", "test", "loss", "accuracy")
