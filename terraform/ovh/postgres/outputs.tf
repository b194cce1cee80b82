output "id" {
  description = "Id of the database cluster."
  value       = ovh_cloud_project_database.this.id
}

output "host" {
  description = "Host name to connect to."
  value       = local.endpoint.domain
}

output "port" {
  description = "TCP port to connect to."
  value       = local.endpoint.port
}

output "database" {
  description = "Name of the database."
  value       = ovh_cloud_project_database_database.this.name
}

output "username" {
  description = "Name of the user."
  value       = ovh_cloud_project_database_postgresql_user.this.name
}

output "access" {
  description = "What a service needs to use this database; passed on whole, fields listed in README.md. Holds the password."
  sensitive   = true
  value = {
    host     = local.endpoint.domain
    port     = local.endpoint.port
    database = ovh_cloud_project_database_database.this.name
    username = ovh_cloud_project_database_postgresql_user.this.name
    password = ovh_cloud_project_database_postgresql_user.this.password
  }
}

output "watch" {
  description = "What an alarm looks at; passed on whole, fields listed in README.md."
  value = {
    kind    = "postgres"
    name    = var.name
    targets = [for target in ovh_cloud_project_database_prometheus.this.targets : "${target.host}:${target.port}"]
  }
}
