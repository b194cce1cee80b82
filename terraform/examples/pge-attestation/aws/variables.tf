variable "region" {
  description = "Region everything stands in."
  type        = string
  default     = "eu-west-3"
}

variable "zones" {
  description = "Availability zones of that region, two or more."
  type        = list(string)
  default     = ["eu-west-3a", "eu-west-3b"]
}

variable "web_certificate" {
  description = "ARN of the ACM certificate that web serves, in the same region."
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
