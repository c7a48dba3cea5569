"""The icons: one table of path data, drawn by ``{% icon "name" %}`` as inline svg (no image files, no ``data:``)."""

from __future__ import annotations

# 24 x 24, stroke 1.75, drawn by hand for this project.
ICONS: dict[str, str] = {
    "back": '<path d="M15 5.5L8.5 12l6.5 6.5"/>',
    "bell": '<path d="M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 2h-15zM10 21h4"/>',
    "book": '<path d="M5 4.5h5.5A1.5 1.5 0 0 1 12 6v14a1.5 1.5 0 0 0-1.5-1.5H5zM19 4.5h-5.5A1.5 1.5 0 0 0 12 6v14a1.5 1.5 0 0 1 1.5-1.5H19z"/>',
    "building": '<path d="M5 20.5v-16h9v16M14 10h5v10.500M3.500 20.500h17M8 8.500h3M8 12h3M8 15.500h3"/>',
    "calendar": '<path d="M4 6h16v14H4zM4 10.500h16M8.500 3.500V8M15.500 3.500V8"/>',
    "check": '<path d="M5 12.5l5 5L19.5 7"/>',
    "clock": '<circle cx="12" cy="12" r="8"/><path d="M12 7.500V12l3 2"/>',
    "close": '<path d="M6 6l12 12M18 6L6 18"/>',
    "copy": '<path d="M8.5 8.5h11v11h-11z"/><path d="M15.5 8.5v-4h-11v11h4"/>',
    "download": '<path d="M12 4v11M7.5 11l4.5 4.5 4.5-4.5M4.5 20h15"/>',
    "edit": '<path d="M5 19l.8-3.800L16 5l3 3L8.800 18.200z"/>',
    "exit": '<path d="M13.500 4h-8v16h8M10 12h10M16.500 8.500L20 12l-3.500 3.500"/>',
    "file": '<path d="M6 3.500h8.500l3.500 3.500v13.500H6zM14 3.500V7.500h4"/>',
    "find": '<circle cx="11" cy="11" r="6.5"/><path d="M16 16l4.5 4.5"/>',
    "flag": '<path d="M6 21V4M6 4.500h11l-2 4 2 4H6"/>',
    "forward": '<path d="M9 5.5l6.5 6.5L9 18.5"/>',
    "globe": '<circle cx="12" cy="12" r="8"/><path d="M4 12h16M12 4c2.500 2.500 3.500 5 3.500 8s-1 5.500-3.500 8c-2.500-2.500-3.500-5-3.500-8s1-5.500 3.500-8z"/>',
    "grid": '<path d="M4 4.500h16v15H4zM4 9.500h16M9.500 9.500v10"/>',
    "history": '<path d="M4.500 12a7.500 7.500 0 1 0 2.500-5.600L4.500 8.500M4.500 4.500v4h4M12 8v4.500l3 1.500"/>',
    "home": '<path d="M4 11l8-7 8 7v9h-5.500v-6h-5v6H4z"/>',
    "inbox": '<path d="M4 13.500L6.500 5h11l2.500 8.500v6H4zM4 13.500h5l1 2.500h4l1-2.500h5"/>',
    "list": '<path d="M8.500 6H20M8.500 12H20M8.500 18H20M4.500 6h.01M4.500 12h.01M4.500 18h.01"/>',
    "lock": '<path d="M5.500 11h13v9.500h-13zM8.500 11V7.500a3.500 3.500 0 0 1 7 0V11"/>',
    "more": '<path stroke-width="3.4" d="M5 12h.01M12 12h.01M19 12h.01"/>',
    "people": '<circle cx="9" cy="8.5" r="3.5"/><path d="M2.5 20c.4-3.8 2.800-6 6.500-6s6.100 2.200 6.500 6M16 5.300a3.500 3.500 0 0 1 0 6.400M18 14.500c2 .8 3.200 2.700 3.500 5.500"/>',
    "plus": '<path d="M12 5v14M5 12h14"/>',
    "print": '<path d="M7 8V3.5h10V8M7 17H4.5a1 1 0 0 1-1-1V9a1 1 0 0 1 1-1h15a1 1 0 0 1 1 1v7a1 1 0 0 1-1 1H17"/><path d="M7 14h10v6.5H7z"/>',
    "scale": '<path d="M12 4v16M7.500 20h9M5 7h14M5 7l-2.500 6a2.800 2.800 0 0 0 5 0zM19 7l-2.500 6a2.800 2.800 0 0 0 5 0z"/>',
    "shield": '<path d="M12 3.500l7.500 2.500v5.500c0 4.500-3 7.500-7.500 9-4.500-1.500-7.500-4.500-7.500-9V6z"/>',
    "upload": '<path d="M12 15.500V4M7.500 8.500L12 4l4.500 4.500M4.500 20h15"/>',
    "user": '<circle cx="12" cy="8" r="4"/><path d="M4.500 20.500c.5-4.300 3.300-6.500 7.500-6.500s7 2.200 7.500 6.500"/>',
    "warn": '<path d="M12 4L2.800 19.500h18.400zM12 10v4.500M12 17h.01"/>',
}
ICONS["search"] = ICONS["find"]
