"""Facts become findings and a switching cost."""
