"""A tree of categories in up to three columns; the key is the path, and what is there stays as it is."""

from dataclasses import dataclass, field
from hashlib import sha256

from sqlalchemy import select
from sqlmodel import col

from estate_app.access.permission import Permission
from estate_app.importing import cells
from estate_app.importing.frame import Batch
from estate_app.importing.mapping import FieldPlan
from estate_app.importing.report import Counts
from estate_app.kit.i18n import msg
from estate_app.repair.models import RepairCategory

Path = tuple[str, ...]


@dataclass(slots=True)
class CategoryLoader:
    """Adds categories that are missing, parents before children."""

    fields: tuple[FieldPlan, ...] = (
        FieldPlan(
            "first", msg("First level"), ("一级分类", "大类", "报修大类", "level 1"), cells.words(40), is_needed=True, is_filled=True
        ),
        FieldPlan("second", msg("Second level"), ("二级分类", "小类", "报修小类", "level 2"), cells.words(40)),
        FieldPlan("third", msg("Third level"), ("三级分类", "具体问题", "level 3"), cells.words(40)),
    )
    permission: Permission = Permission.technicians_edit
    known: dict[Path, int] = field(default_factory=dict)

    def check(self, batch: Batch) -> Counts:
        """Compare the paths with the tree."""
        rows = batch.session.execute(select(col(RepairCategory.id), col(RepairCategory.parent_id), col(RepairCategory.name))).all()
        by_id = {category_id: (parent_id, name) for category_id, parent_id, name in rows}
        self.known = {_path(by_id, category_id): category_id for category_id in by_id}
        wanted = self._paths(batch)
        fresh = [path for path in wanted if path not in self.known]
        return Counts(len(fresh), 0, len(wanted) - len(fresh))

    def write(self, batch: Batch) -> None:
        """Write level by level, so that parents have ids."""
        for path in self._paths(batch):
            if path in self.known:
                continue
            row = RepairCategory(
                parent_id=self.known.get(path[:-1]),
                code=f"tree_{sha256('/'.join(path).encode()).hexdigest()[:24]}",
                name=path[-1],
                name_en=path[-1],
            )
            batch.session.add(row)
            batch.uow.flush()
            self.known[path] = row.id

    def _paths(self, batch: Batch) -> list[Path]:
        """Every path with its parents, the shorter first, in the order of the file."""
        found: dict[Path, None] = {}
        for record in batch.good:
            names = [record.get(level) for level in ("first", "second", "third")]
            path = tuple(name for name in names if name)
            for depth in range(1, len(path) + 1):
                found.setdefault(path[:depth])
        return sorted(found, key=len)


def _path(by_id: dict[int, tuple[int | None, str]], category_id: int) -> Path:
    parent_id, name = by_id[category_id]
    return (name,) if parent_id is None else (*_path(by_id, parent_id), name)
