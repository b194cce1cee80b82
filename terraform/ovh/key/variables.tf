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
  description = "Labels put on everything that can carry them. Keys of OVHcloud carry none: ignored here."
  type        = map(string)
  default     = {}
}

variable "rotate" {
  description = "Change the key material every year. OVHcloud does not do it by itself: Terraform warns, and the README says how it is done."
  type        = bool
  default     = true
}

variable "delete_after_days" {
  description = "Days between the order to delete the key and the deletion. OVHcloud deletes at once: ignored here."
  type        = number
  default     = 30

  validation {
    condition     = var.delete_after_days >= 7 && var.delete_after_days <= 30 && floor(var.delete_after_days) == var.delete_after_days
    error_message = "delete_after_days must be a whole number of days, 7 to 30."
  }
}

variable "deletion_protection" {
  description = "Refuse to destroy the key. OVHcloud deletes it at once, and all it encrypted can never be read again."
  type        = bool
  default     = true
}
