"""Writing very many rows in one statement that is compiled once.

SQLAlchemy makes a dictionary of every row and looks every value up in it again; for a correction that writes a
million rows that is a seventh of the work. Here rows are tuples, go to the driver as they are, and only those columns
are converted that need it (instants, JSON).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Dialect, Executable
from sqlalchemy.orm import Session


class Rows:
    """A statement with the names of its values; ``write`` runs it for rows of such values, in that order.

    An INSERT takes columns by these names, any other statement has them as ``bindparam``. Values must be of the
    columns' Python types: nothing is defaulted.
    """

    def __init__(self, statement: Executable, names: Sequence[str]) -> None:
        self.statement, self.names = statement, tuple(names)
        self._prepared: dict[str, _Prepared] = {}

    def write(self, session: Session, rows: Iterable[Sequence[Any]]) -> int:
        """Run the statement for every row; answers how many there were."""
        rows = list(rows)
        if rows:
            connection = session.connection()
            made = self._prepared.get(connection.dialect.name)
            if made is None:
                made = self._prepared[connection.dialect.name] = _Prepared(self.statement, self.names, connection.dialect)
            connection.exec_driver_sql(made.text, made.values(rows))
        return len(rows)


class _Prepared:
    """The statement as one driver wants it."""

    def __init__(self, statement: Any, names: tuple[str, ...], dialect: Dialect) -> None:
        # inline: nobody asks for the new keys
        compiled = statement.inline().compile(dialect=dialect, column_keys=list(names)) if statement.is_insert else statement.compile(dialect=dialect)
        self.text, self.names = str(compiled), names
        kinds = [compiled.binds[name].type for name in names]
        found = [kind.dialect_impl(dialect).bind_processor(dialect) for kind in kinds]
        self.converters = [(place, convert) for place, convert in enumerate(found) if convert is not None]
        self.order = [names.index(name) for name in compiled.positiontup] if compiled.positional else None

    def values(self, rows: Sequence[Sequence[Any]]) -> list[Any]:
        """The rows as the driver takes them: tuples in the order of the text, or dictionaries where it goes by name."""
        columns = [list(column) for column in zip(*rows, strict=True)]
        for place, convert in self.converters:
            columns[place] = list(_converted(columns[place], convert))
        if self.order is not None:
            return list(zip(*(columns[place] for place in self.order), strict=True))
        return [dict(zip(self.names, row, strict=True)) for row in zip(*columns, strict=True)]


def _converted(values: Iterable[Any], convert: Callable[[Any], Any]) -> Iterator[Any]:
    """Each value as the driver takes it; one and the same object in a row of rows is converted once."""
    last, made = object(), None
    for value in values:
        if value is not last:
            last, made = value, convert(value)
        yield made
