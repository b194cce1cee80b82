variable "name" {
  description = "Name of what this module makes, and prefix of its parts. A slug: lower case, digits, single dashes."
  type        = string

  validation {
    # 32 is the shortest limit either cloud sets on anything named after it (an AWS load balancer).
    condition     = can(regex("^[a-z](-?[a-z0-9])*$", var.name)) && length(var.name) >= 2 && length(var.name) <= 32
    error_message = "name must be 2 to 32 lower-case letters, digits or single dashes, and start with a letter."
  }
}

variable "location" {
  description = "Where it stands: region, zones in order of preference, and the project where the cloud has projects (AWS has accounts instead, and ignores it). Also the vault, where the cloud sells them (AWS does not, and ignores it)."
  type        = object({ region = string, zones = list(string), project = optional(string), vault = optional(string) })
}

variable "tags" {
  description = "Labels put on everything that can carry them."
  type        = map(string)
  default     = {}
}

variable "description" {
  description = "What the secret is for, in a few words."
  type        = string
}

variable "value" {
  description = "The secret itself, one line. It goes to Secrets Manager and is never in the Terraform state."
  type        = string
  sensitive   = true

  validation {
    condition     = length(var.value) > 0 && !strcontains(var.value, "\n")
    error_message = "value must be one line and not empty: it becomes an environment variable."
  }
}

variable "edition" {
  description = "Raise it to have a changed value written: Terraform does not keep the old one, so it cannot see the difference."
  type        = number
  default     = 1

  validation {
    condition     = var.edition >= 1 && floor(var.edition) == var.edition
    error_message = "edition must be a whole number, 1 or more."
  }
}
