"""Forms turn what was typed into clean values and never save. One file a subject."""
