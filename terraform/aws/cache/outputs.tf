output "id" {
  description = "Id of the replication group."
  value       = aws_elasticache_replication_group.this.id
}

output "host" {
  description = "Host name to connect to, over TLS."
  value       = aws_elasticache_replication_group.this.primary_endpoint_address
}

output "port" {
  description = "TCP port to connect to."
  value       = 6379
}

output "access" {
  description = "What a service needs to use this cache; passed on whole, fields listed in README.md. Holds where the password is, not the password."
  value = {
    host       = aws_elasticache_replication_group.this.primary_endpoint_address
    port       = 6379
    username   = aws_elasticache_user.this.user_name
    secret_arn = aws_secretsmanager_secret.this.arn
  }

  # A service fetches the password at its first boot: it has to be there before.
  depends_on = [aws_secretsmanager_secret_version.this]
}

output "watch" {
  description = "What an alarm looks at; passed on whole, fields listed in README.md."
  value = {
    kind  = "cache"
    group = aws_elasticache_replication_group.this.id
  }
}
