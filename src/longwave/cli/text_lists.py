"""``longwave text recipes`` and ``bases``: what there is to choose from."""

from __future__ import annotations

import typer

from longwave.cli.command import Call, command
from longwave.core.message import say


def enter(text: typer.Typer) -> None:
    """Adds the commands to the group."""
    command(
        text, "recipes", brief="text_verbs.recipes_brief", text="text_verbs.recipes_text",
        examples=("longwave text recipes", "longwave text recipes --json"), settled=False,
    )(recipes)  # fmt: skip
    command(
        text, "bases", brief="text_verbs.bases_brief", text="text_verbs.bases_text",
        examples=("longwave text bases", "longwave text bases --json"), settled=False,
    )(bases)  # fmt: skip


def recipes(call: Call) -> None:
    from longwave.text.settings.recipe import recipes as known

    rows = [(each.name, each.told) for each in known().values()]
    call.output.table((say("text_verbs.col_recipe"), say("text_verbs.col_about")), rows)
    call.output.document(
        "text_recipes",
        {
            "recipes": [
                {"name": n, "en": about.en, "zh": about.zh, "settings": dict(known()[n].settings)}
                for n, about in rows
            ]
        },
    )


def bases(call: Call) -> None:
    from longwave.text.bases import DEFAULT, default_folder

    folder = default_folder()
    call.output.table(
        (say("text_verbs.col_base"), say("text_verbs.col_about")),
        [
            (DEFAULT, say("text_verbs.base_default")),
            ("scratch", say("text_verbs.base_scratch")),
            ("…", say("text_verbs.base_own")),
        ],
    )
    call.output.document("text_bases", {"default": DEFAULT, "folder": str(folder), "others": ["scratch"]})
