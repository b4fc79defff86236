"""Machine 1, the drop: keeps sealed files and hands them to a transfer; it can open nothing."""
