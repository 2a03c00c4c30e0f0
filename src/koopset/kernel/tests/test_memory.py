import gc

import pytest

from koopset.kernel.memory import cycles_left_alone


def test_the_collector_rests_within_and_comes_back_after_a_failure_too() -> None:
    assert gc.isenabled()
    with cycles_left_alone():
        with cycles_left_alone():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(ZeroDivisionError), cycles_left_alone():
        raise ZeroDivisionError
    assert gc.isenabled()
