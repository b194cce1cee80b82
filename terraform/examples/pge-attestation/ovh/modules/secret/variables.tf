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
  description = "Where it stands: region, zones in order of preference (may be empty in a one-zone region), and the Public Cloud project id, which OVHcloud calls service_name. Also the vault: the id of the account's KMS domain, which is ordered once, by a person."
  type        = object({ region = string, zones = list(string), project = optional(string), vault = optional(string) })

  validation {
    condition     = try(length(var.location.project) > 0, false)
    error_message = "location.project must be the Public Cloud project id: everything at OVHcloud belongs to one."
  }

  validation {
    condition     = try(length(var.location.vault) > 0, false)
    error_message = "location.vault must be the id of a KMS domain (OKMS): order one in the control panel, once for the account."
  }
}

variable "tags" {
  description = "Labels, kept as metadata of the secret."
  type        = map(string)
  default     = {}
}

variable "description" {
  description = "What the secret is for, in a few words."
  type        = string
}

variable "value" {
  description = "The secret itself, one line. It is kept in the Terraform state, which has to be kept as safe as it."
  type        = string
  sensitive   = true

  validation {
    condition     = length(var.value) > 0 && !strcontains(var.value, "\n")
    error_message = "value must be one line and not empty: it becomes an environment variable."
  }
}

variable "edition" {
  description = "Where a value is written only when this is raised. OVHcloud writes a changed value by itself: ignored here."
  type        = number
  default     = 1

  validation {
    condition     = var.edition >= 1 && floor(var.edition) == var.edition
    error_message = "edition must be a whole number, 1 or more."
  }
}
