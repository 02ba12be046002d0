"""Money as whole fen, read from and written as yuan (pure)."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

MOST = 10**13
"""A hundred thousand million yuan: beyond that it is a slip of the pen."""


def fen(text: str) -> int:
    """Fen of ``1,234.50``, full-width digits and the signs ¥ and 元 allowed; empty is 0. Raises ValueError."""
    bare = text.translate(str.maketrans("，．", ",.")).strip().strip("¥￥元").replace(",", "").strip()
    if not bare:
        return 0
    try:
        amount = Decimal(bare) * 100
    except InvalidOperation as wrong:
        raise ValueError(text) from wrong
    if not amount.is_finite() or amount != amount.to_integral_value() or not 0 <= amount <= MOST:
        raise ValueError(text)
    return int(amount)


def yuan(amount: int) -> str:
    """Fen as yuan with two places, to be typed back."""
    return f"{amount // 100}.{amount % 100:02d}"
