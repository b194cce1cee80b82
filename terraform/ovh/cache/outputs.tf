output "id" {
  description = "Id of the cluster."
  value       = ovh_cloud_project_database.this.id
}

output "host" {
  description = "Host name to connect to, over TLS."
  value       = local.endpoint.domain
}

output "port" {
  description = "TCP port to connect to."
  value       = local.endpoint.port
}

output "access" {
  description = "What a service needs to use this cache; passed on whole, fields listed in README.md. Holds the password."
  sensitive   = true
  value = {
    host     = local.endpoint.domain
    port     = local.endpoint.port
    username = ovh_cloud_project_database_valkey_user.this.name
    password = ovh_cloud_project_database_valkey_user.this.password
  }
}

output "watch" {
  description = "What an alarm looks at; passed on whole, fields listed in README.md."
  value = {
    kind    = "cache"
    name    = var.name
    targets = [for target in ovh_cloud_project_database_prometheus.this.targets : "${target.host}:${target.port}"]
  }
}
