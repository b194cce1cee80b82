output "id" {
  description = "Id of the bucket."
  value       = openstack_objectstorage_container_v1.this.id
}

output "bucket" {
  description = "Name of the bucket."
  value       = openstack_objectstorage_container_v1.this.name
}

output "endpoint" {
  description = "URL of the S3 endpoint that serves the bucket, as the catalogue of the cloud has it."
  value       = local.endpoint
}

output "region" {
  description = "Region to sign S3 requests for."
  value       = local.region
}

output "access" {
  description = "What a service needs to use this bucket; passed on whole, fields documented in README.md. Holds keys of the user who applies."
  sensitive   = true
  value = {
    bucket     = openstack_objectstorage_container_v1.this.name
    endpoint   = local.endpoint
    region     = local.region
    access_key = openstack_identity_ec2_credential_v3.this.access
    secret_key = openstack_identity_ec2_credential_v3.this.secret
  }
}
