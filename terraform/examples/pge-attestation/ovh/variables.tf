variable "project" {
  description = "Id of the Public Cloud project, which OVHcloud also calls service_name."
  type        = string
}

variable "region" {
  description = "Region everything stands in."
  type        = string
  default     = "EU-WEST-PAR"
}

variable "zones" {
  description = "Availability zones of that region; empty in a region of one zone."
  type        = list(string)
  default     = ["eu-west-par-a", "eu-west-par-b"]
}

variable "ovh_endpoint" {
  description = "API of OVHcloud to speak to."
  type        = string
  default     = "ovh-eu"
}

variable "vault" {
  description = "Id of the account's KMS domain (ovh_okms), which holds keys and secrets."
  type        = string
}

variable "web_certificate" {
  description = "Reference of the Barbican secret that holds the PKCS#12 bundle web serves."
  type        = string
}

variable "bank_api_value" {
  description = "Value of the secret bank-api."
  type        = string
  sensitive   = true
}

variable "bank_api_edition" {
  description = "Raise it by one when the value of the secret bank-api changes."
  type        = number
  default     = 1
}
