"""Auto Edit without a window: gather, analyse, plan, apply, render."""
