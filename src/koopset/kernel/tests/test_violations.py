import pickle

from koopset.kernel.violations import RuleViolation


def test_it_carries_code_place_and_params() -> None:
    refusal = RuleViolation("money.bad_amount", field="amount", line=7, text="12,345")
    assert (refusal.code, refusal.field, refusal.line) == ("money.bad_amount", "amount", 7)
    assert refusal.params == {"text": "12,345"}
    assert str(refusal) == "money.bad_amount (field='amount', line=7, text='12,345')"


def test_bare_code_prints_as_the_code() -> None:
    assert str(RuleViolation("period.closed")) == "period.closed"


def test_it_survives_the_way_to_another_process() -> None:
    back = pickle.loads(pickle.dumps(RuleViolation("a.b", field="f", line=2, sum_kop=5)))
    assert (back.code, back.field, back.line, back.params) == ("a.b", "f", 2, {"sum_kop": 5})
