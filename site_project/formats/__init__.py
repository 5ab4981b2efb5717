"""How dates and times are written, where Django's own way would puzzle our readers."""
