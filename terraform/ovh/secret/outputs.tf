output "id" {
  description = "Path of the secret in its domain."
  value       = ovh_okms_secret.this.path
}

output "access" {
  description = "What a service needs to use this secret; passed on whole, fields listed in README.md. Holds the value."
  sensitive   = true
  value = {
    vault = ovh_okms_secret.this.okms_id
    path  = ovh_okms_secret.this.path
    value = var.value
  }
}
