"""How long work with very many rows treats the collector of rubbish."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def cycles_left_alone() -> Iterator[None]:
    """Within it nothing is looked through for cycles; what nothing points to is freed at once, as ever.

    A file of 34,000 lines is half a million objects that all stay: the collector would look through them again and again as their number
    grows, a fifth of the time, and find nothing. For work that ends; it may be nested, and run in several threads.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
