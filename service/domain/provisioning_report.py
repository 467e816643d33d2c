"""What a provisioning did, or would do, for the operator."""

from __future__ import annotations

from dataclasses import dataclass, field

from service.domain.drift import DriftFinding, sentences
from sheets_schema.wording import Language


@dataclass(slots=True)
class ProvisionReport:
    """What a provisioning did, or would do."""

    dry_run: bool = False
    created: int = 0
    changed: int = 0
    kept: int = 0
    deleted: list[str] = field(default_factory=list)
    orphaned: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    needed: list[str] = field(default_factory=list)  # what a person must bring first
    drift: list[DriftFinding] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Tell whether every unit has, or would have, its place."""
        return not self.needed

    def close(self) -> None:
        """Add the closing lines."""
        will = "sẽ " if self.dry_run else ""
        self.lines.append(f"Trang: {will}tạo {self.created}, {will}đổi {self.changed}, giữ nguyên {self.kept}.")
        if self.deleted:
            self.lines.append(
                f"Đã bị xóa {len(self.deleted)} trang: {', '.join(self.deleted)}. "
                "Lập lại (trang mới, trống) bằng: tonghop provision --recreate."
            )
        if self.orphaned:
            self.lines.append(
                f"Không còn trong danh sách {len(self.orphaned)} đơn vị, trang giữ lại: {', '.join(self.orphaned)}."
            )
        self.lines += self.notices
        self.lines += map(str, sentences(self.drift, mended=not self.dry_run))
        self.lines += self.links
        if self.needed:
            self.lines += [f"Chưa xong, còn thiếu {len(self.needed)} bảng tính:", *self.needed]

    def as_dict(self) -> dict[str, object]:
        """Return the report as JSON values."""
        return {
            "dry_run": self.dry_run,
            "created": self.created,
            "changed": self.changed,
            "kept": self.kept,
            "deleted": self.deleted,
            "orphaned": self.orphaned,
            "notices": self.notices,
            "needed": self.needed,
            "drift": [finding.as_dict(Language.VIETNAMESE) for finding in self.drift],
        }
