"""The verb `analytics`: copies of facts for questions over millions of rows."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from koopset.config.terminal import say


def add_verbs(verbs: Any, start: Callable[[], None]) -> None:
    """`start` reads the settings."""
    verb = verbs.add_parser(
        "analytics",
        help=say(
            "копии фактов для вопросов: copy обновляет, verify доказывает",
            "copies of facts for questions: copy renews, verify proves",
        ),
    )
    actions = verb.add_subparsers(metavar="", required=True)
    for name, run, words in (
        ("copy", _copy, say("перенести новое и исправленное", "bring over what is new and corrected")),
        ("verify", _verify, say("сверить копии с базой", "compare the copies with the database")),
    ):
        action = actions.add_parser(name, help=words)
        action.add_argument("--dataset", default=None, help=say("только один набор", "one dataset only"))
        action.set_defaults(run=lambda options, run=run: _each(options, start, run))


def _each(options: argparse.Namespace, start: Callable[[], None], run: Callable[[Any], bool]) -> int:
    start()
    from koopset.foundation.analytics.catalogue import UnknownDataset, dataset, datasets

    try:
        chosen = [dataset(options.dataset)] if options.dataset else datasets()
    except UnknownDataset:
        names = ", ".join(one.name for one in datasets()) or "—"
        print(say(f"Такого набора нет. Есть: {names}", f"There is no such dataset. There are: {names}"))
        return 2
    results = [run(one) for one in chosen]
    return 0 if all(results) else 1


def _copy(dataset: Any) -> bool:
    from django.utils import timezone

    from koopset.foundation.analytics.copying import copy_dataset

    done = copy_dataset(dataset, now=timezone.now())
    print(
        say(
            f"{done.dataset}: строк {done.rows}; месяцев дополнено {done.added}, переписано {done.rewritten}, убрано {done.gone}",
            f"{done.dataset}: {done.rows} rows; months added to {done.added}, written anew {done.rewritten}, removed {done.gone}",
        )
    )
    return True


def _verify(dataset: Any) -> bool:
    from koopset.foundation.analytics.copying import verify_dataset

    found = verify_dataset(dataset)
    for difference in found.differences:
        print(f"{found.dataset}: {difference}")
    if found.holds:
        print(
            say(
                f"{found.dataset}: копия равна базе, строк {found.rows}",
                f"{found.dataset}: the copy equals the database, {found.rows} rows",
            )
        )
    return found.holds
