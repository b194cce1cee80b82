output "id" {
  description = "ARN of the bucket."
  value       = aws_s3_bucket.this.arn
}

output "bucket" {
  description = "Name of the bucket."
  value       = aws_s3_bucket.this.bucket
}

output "endpoint" {
  description = "URL of the S3 endpoint that serves the bucket."
  value       = local.endpoint
}

output "region" {
  description = "Region to sign S3 requests for."
  value       = var.location.region
}

output "access" {
  description = "What a service needs to use this bucket; passed on whole, fields listed in README.md. Holds no secret: the service is known by its role."
  value = {
    arn      = aws_s3_bucket.this.arn
    bucket   = aws_s3_bucket.this.bucket
    endpoint = local.endpoint
    region   = var.location.region
    key_arn  = try(var.key.arn, null)
  }
}
