"""The fields of an item's form as a browser sends them back when nobody has touched them."""

from werkzeug.datastructures import MultiDict

from lms.authoring.item_form import shown
from lms.authoring.item_rows import in_order


def fields_of(item: dict) -> MultiDict:
    """Names and values of the whole form."""
    form = MultiDict()
    for name in ("competency", "level", "cognitive", "lesson", "review_by"):
        form.add(name, shown(item.get(name)))
    form.add("use", item.get("use", "live"))
    for name in ("prior_b", "prior_sd"):
        form.add(f"difficulty.{name}", shown((item.get("difficulty") or {}).get(name)))
    form.add("facts", " ".join(item.get("facts") or []))
    _question(form, "", item)
    for number, part in enumerate(item.get("items", ()) if item["type"] == "scenario" else ()):
        prefix = f"items.{number}."
        form.add(f"{prefix}id", part["id"])
        form.add(f"{prefix}type", part["type"])
        for name in ("competency", "level", "cognitive"):
            form.add(prefix + name, shown(part.get(name)))
        _question(form, prefix, part)
    return form


def _texts(form, name, value):
    for lang in ("zh", "en"):
        form.add(f"{name}.{lang}", shown((value or {}).get(lang)))


def _question(form, prefix, item):
    for name in ("stem", "rationale"):
        _texts(form, prefix + name, item.get(name))
    if item.get("shuffle") is False:
        form.add(f"{prefix}fixed", "1")
    answer = item.get("answer")
    for number, row in enumerate(item.get("options", ())):
        _row(form, f"{prefix}options.{number}.", row)
        if "judgement" in row:
            form.add(f"{prefix}options.{number}.judgement", shown(row["judgement"]))
        _texts(form, f"{prefix}options.{number}.why", row.get("why"))
    if "options" in item:
        for key in answer if isinstance(answer, list) else [answer]:
            form.add(f"{prefix}answer", key)
    for number, row in enumerate(in_order(item)):
        _row(form, f"{prefix}steps.{number}.", row)
    for number, row in enumerate(item.get("left", ())):
        _row(form, f"{prefix}left.{number}.", row)
        form.add(f"{prefix}left.{number}.match", (answer or {}).get(row["key"], ""))
    for number, row in enumerate(item.get("right", ())):
        _row(form, f"{prefix}right.{number}.", row)
    if item["type"] == "numeric":
        form.add(f"{prefix}answer.value", shown((answer or {}).get("value")))
        form.add(f"{prefix}answer.tolerance", shown((answer or {}).get("tolerance")))
        _texts(form, f"{prefix}answer.unit", (answer or {}).get("unit"))
    for number, row in enumerate(item.get("common_errors", ())):
        own = row["misconception"]
        form.add(f"{prefix}common_errors.{number}.value", shown(row["value"]))
        form.add(f"{prefix}common_errors.{number}.misconception", own if isinstance(own, str) else "")
        _texts(form, f"{prefix}common_errors.{number}.misconception", own if isinstance(own, dict) else {})
    for number, row in enumerate(item.get("rubric", ())):
        form.add(f"{prefix}rubric.{number}.points", shown(row["points"]))
        _row(form, f"{prefix}rubric.{number}.", row)
    for name in ("max_chars", "marking"):
        for key, value in item.get(name, {}).items():
            form.add(f"{prefix}{name}.{key}", shown(value))


def _row(form, prefix, row):
    form.add(f"{prefix}key", shown(row.get("key")))
    for lang in ("zh", "en"):
        form.add(prefix + lang, shown(row.get(lang)))
    form.add(f"{prefix}misconception", row.get("misconception", ""))
