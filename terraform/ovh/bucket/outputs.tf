output "id" {
  description = "Id of the bucket."
  value       = ovh_cloud_project_storage.this.id
}

output "bucket" {
  description = "Name of the bucket."
  value       = ovh_cloud_project_storage.this.name
}

output "endpoint" {
  description = "URL of the S3 endpoint that serves the bucket."
  value       = local.endpoint
}

output "region" {
  description = "Region to sign S3 requests for."
  value       = lower(local.region)
}

output "access" {
  description = "What a service needs to use this bucket; passed on whole, fields listed in README.md. Holds the keys of the bucket's user."
  sensitive   = true
  value = {
    bucket     = ovh_cloud_project_storage.this.name
    endpoint   = local.endpoint
    region     = lower(local.region)
    access_key = ovh_cloud_project_user_s3_credential.this.access_key_id
    secret_key = ovh_cloud_project_user_s3_credential.this.secret_access_key
  }

  # The keys open nothing until the policy says what.
  depends_on = [ovh_cloud_project_user_s3_policy.this]
}
