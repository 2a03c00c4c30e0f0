"""The one way in which a rule refuses."""


class RuleViolation(Exception):
    """A rule of the domain says no.

    `code` is "room.what_is_wrong" and is a stable name: rooms map it to text in messages.py, machines get it
    as is. `field` names the input at fault, `line` the line of a file (counted from 1), `params` fill the
    text. It never holds a sentence for people: the kernel knows no language.
    """

    code: str
    field: str | None
    line: int | None
    params: dict[str, object]

    def __init__(
        self, code: str, *, field: str | None = None, line: int | None = None, **params: object
    ) -> None:
        super().__init__(code)
        self.code = code
        self.field = field
        self.line = line
        self.params = params

    def __str__(self) -> str:
        """The code with all that is known, for logs and failed tests."""
        known: dict[str, object] = dict(self.params)
        if self.field is not None:
            known["field"] = self.field
        if self.line is not None:
            known["line"] = self.line
        if not known:
            return self.code
        return f"{self.code} ({', '.join(f'{name}={value!r}' for name, value in sorted(known.items()))})"

    def __repr__(self) -> str:
        return f"RuleViolation({str(self)!r})"
