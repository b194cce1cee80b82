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

variable "web_certificate" {
  description = "Reference of the Barbican secret that holds the PKCS#12 bundle web serves."
  type        = string
}
