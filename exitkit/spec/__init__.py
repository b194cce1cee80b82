"""From the user's file to a workload."""
