"""From a workload and its landing to Terraform text; pure."""
