output "id" {
  description = "Id of the key."
  value       = ovh_okms_service_key.this.id
}

output "access" {
  description = "What a service needs to use this key; passed on whole, fields listed in README.md. Holds the private key of a client certificate."
  sensitive   = true
  value = {
    id          = ovh_okms_service_key.this.id
    vault       = ovh_okms_service_key.this.okms_id
    endpoint    = data.ovh_okms_resource.this.rest_endpoint
    certificate = ovh_okms_credential.this.certificate_pem
    private_key = ovh_okms_credential.this.private_key_pem
  }

  # The certificate opens nothing until the policy says what.
  depends_on = [ovh_iam_policy.this]
}
