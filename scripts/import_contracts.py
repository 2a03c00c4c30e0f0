"""A contract for import-linter: what a room keeps to itself.

Written once for all rooms, where the linter's own `protected` would need a contract for each and would forget a new one.
"""

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class PrivateModulesContract(Contract):
    """Files with these names inside a room are imported by the same room only.

    Options:
        container: the package whose children are the rooms.
        private:   names of the private modules of a room, also of a room inside a room (billing.payments.models).
        doors:     "name: importer" — the one package outside which may import modules of that name.

    Tests and the factories that serve them may look anywhere: a test of a refusal must see that nothing was written.
    """

    type_name = "private_modules"

    container = fields.StringField()
    private = fields.SetField(subfield=fields.StringField())
    doors = fields.SetField(subfield=fields.StringField(), required=False)

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Compare every import that crosses a room's wall with the list."""
        options = vars(self)  # the linter has put the parsed options over the fields
        container, private = str(options["container"]), frozenset(options["private"])
        doors: dict[str, str] = {}
        for door in options.get("doors") or ():
            name, importer = door.split(":")
            doors[name.strip()] = importer.strip()
        illegal: list[tuple[str, str, int | None]] = []
        for imported in sorted(graph.find_descendants(container)):
            room = ".".join(imported.split(".")[: container.count(".") + 2])
            # The last private name decides: billing.payments.api is an api, wherever it stands.
            kept = [part for part in imported.removeprefix(room).split(".") if part in private]
            if not kept or "tests" in imported.split("."):
                continue
            for importer in sorted(graph.find_modules_that_directly_import(imported)):
                if self._is_allowed(importer, room, doors.get(kept[-1])):
                    continue
                details = graph.get_import_details(importer=importer, imported=imported)
                illegal += [(importer, imported, detail["line_number"]) for detail in details]
        return ContractCheck(kept=not illegal, metadata={"illegal": illegal})

    @staticmethod
    def _is_allowed(importer: str, room: str, door: str | None) -> bool:
        inside = importer == room or importer.startswith(f"{room}.")
        through_door = door is not None and (importer == door or importer.startswith(f"{door}."))
        of_tests = bool({"tests", "factories"} & set(importer.split(".")))
        return inside or through_door or of_tests

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Name the files and say what to use instead."""
        for importer, imported, line in check.metadata["illegal"]:
            output.print_error(f"{importer} imports {imported} (l.{line})", bold=False)
        output.print("Use the room's services, selectors, events, ports or factories instead.")
