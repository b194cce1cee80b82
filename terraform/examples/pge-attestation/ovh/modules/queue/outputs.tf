output "id" {
  description = "Id of the broker."
  value       = ovh_cloud_project_database.this.id
}

output "name" {
  description = "Name of the topic."
  value       = ovh_cloud_project_database_kafka_topic.this[var.name].name
}

output "dead_letter" {
  description = "Name of the topic that holds what could not be done."
  value       = ovh_cloud_project_database_kafka_topic.this["${var.name}-dead"].name
}

output "access" {
  description = "What a service needs to use this queue; passed on whole, fields listed in README.md. Holds the key of the user's certificate."
  sensitive   = true
  value = {
    brokers            = "${local.broker.domain}:${local.broker.port}"
    topic              = ovh_cloud_project_database_kafka_topic.this[var.name].name
    dead_letter        = ovh_cloud_project_database_kafka_topic.this["${var.name}-dead"].name
    tries              = var.tries
    visibility_seconds = var.visibility_seconds
    username           = ovh_cloud_project_database_user.this.name
    certificate        = data.ovh_cloud_project_database_kafka_user_access.this.cert
    private_key        = data.ovh_cloud_project_database_kafka_user_access.this.key
    authority          = data.ovh_cloud_project_database_certificates.this.ca
  }

  # The certificate opens nothing until the rules say what.
  depends_on = [ovh_cloud_project_database_kafka_acl.this]
}

output "watch" {
  description = "What an alarm looks at; passed on whole, fields listed in README.md."
  value = {
    kind    = "queue"
    name    = var.name
    topic   = ovh_cloud_project_database_kafka_topic.this[var.name].name
    targets = [for target in ovh_cloud_project_database_prometheus.this.targets : "${target.host}:${target.port}"]
  }
}
