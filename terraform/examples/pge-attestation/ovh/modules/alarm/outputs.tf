output "id" {
  description = "Name of the rule."
  value       = var.name
}

output "rule" {
  description = "A Prometheus alerting rule. Nothing rings until a Prometheus of yours has loaded it: OVHcloud has no alarm of its own."
  value       = terraform_data.this.output
}
