# An instance has no identity at OVHcloud, so the key comes with an identity of its own, and with a client
# certificate that proves it.
resource "ovh_me_api_oauth2_client" "this" {
  name        = var.name
  description = "Key ${var.name}"
  flow        = "CLIENT_CREDENTIALS"
}

# The name rights are given on; OVHcloud tells it only to who asks.
data "ovh_okms_service_key" "this" {
  okms_id = var.location.vault
  id      = ovh_okms_service_key.this.id
}

# This key, nothing else; and no right to delete or to read it.
resource "ovh_iam_policy" "this" {
  name        = var.name
  description = "Use of the key ${var.name}"
  identities  = [ovh_me_api_oauth2_client.this.identity]
  resources   = [data.ovh_okms_service_key.this.iam.urn]

  allow = [
    "okms:apikms:serviceKey/decrypt",
    "okms:apikms:serviceKey/encrypt",
  ]
}

# Valid for a year, the longest there is. Its private key is in the Terraform state, which has to be kept
# as safe as it.
resource "ovh_okms_credential" "this" {
  okms_id          = var.location.vault
  name             = var.name
  description      = "Service that uses the key ${var.name}"
  identity_urns    = [ovh_me_api_oauth2_client.this.identity]
  certificate_type = "ECDSA"
  validity         = 365
}

# Where the domain answers.
data "ovh_okms_resource" "this" {
  id = var.location.vault
}
