"""Many small steps as one: Django renders every model anew after each, which takes minutes in sum
for an archive with a history beside every table."""

from django.db.migrations.operations.base import Operation


class Together(Operation):
    """These steps, one after the other in the database, as one change of what Django knows.

    Only for steps that do not build on each other: each is shown the models as they are in the
    end. Of columns that SQLite can only add by copying a table (those without null), one a table.
    """

    def __init__(self, *operations: Operation):
        self.operations = operations

    def deconstruct(self):
        return self.__class__.__qualname__, list(self.operations), {}

    def state_forwards(self, app_label, state):
        # What is rendered would be rendered again after each; without it, once when asked for.
        state.__dict__.pop("apps", None)
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        for operation in self.operations:
            operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        for operation in reversed(self.operations):
            operation.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self):
        return "; ".join(operation.describe() for operation in self.operations)
