output "id" {
  description = "ARN of the secret."
  value       = aws_secretsmanager_secret.this.arn
}

output "access" {
  description = "What a service needs to use this secret; passed on whole, fields listed in README.md. Holds where the value is, not the value."
  value = {
    secret_arn = aws_secretsmanager_secret.this.arn
  }

  # A service fetches it at its first boot: the value has to be there before.
  depends_on = [aws_secretsmanager_secret_version.this]
}
