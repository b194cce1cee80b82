output "id" {
  description = "ARN of the key."
  value       = aws_kms_key.this.arn
}

output "access" {
  description = "What a service, a bucket or a database needs to use this key; passed on whole, fields listed in README.md."
  value = {
    arn    = aws_kms_key.this.arn
    region = var.location.region
  }
}
