output "id" {
  description = "Id of the database instance."
  value       = aws_db_instance.this.id
}

output "host" {
  description = "Host name to connect to."
  value       = aws_db_instance.this.address
}

output "port" {
  description = "TCP port to connect to."
  value       = aws_db_instance.this.port
}

output "database" {
  description = "Name of the database."
  value       = aws_db_instance.this.db_name
}

output "username" {
  description = "Name of the user."
  value       = aws_db_instance.this.username
}

output "access" {
  description = "What a service needs to use this database; passed on whole, fields listed in README.md. Holds where the password is, not the password."
  value = {
    host       = aws_db_instance.this.address
    port       = aws_db_instance.this.port
    database   = aws_db_instance.this.db_name
    username   = aws_db_instance.this.username
    secret_arn = aws_db_instance.this.master_user_secret[0].secret_arn
  }
}

output "watch" {
  description = "What an alarm looks at; passed on whole, fields listed in README.md."
  value = {
    kind        = "postgres"
    instance    = aws_db_instance.this.identifier
    storage_gib = var.storage_gib
  }
}
