"""Who may read and keep Party affairs, and what each row allows, one file for each noun. Pure."""

from .perms import APPROVE, ARREARS, KEEP, LEAD, MONEY, VIEW

__all__ = ["APPROVE", "ARREARS", "KEEP", "LEAD", "MONEY", "VIEW"]
