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

variable "rotate" {
  description = "Change the key material every year. What was encrypted before can still be read."
  type        = bool
  default     = true
}

variable "delete_after_days" {
  description = "Days between the order to delete the key and the deletion, during which it can be called back."
  type        = number
  default     = 30

  validation {
    condition     = var.delete_after_days >= 7 && var.delete_after_days <= 30 && floor(var.delete_after_days) == var.delete_after_days
    error_message = "delete_after_days must be a whole number of days, 7 to 30."
  }
}

variable "deletion_protection" {
  description = "Refuse to destroy the key. Ignored here: KMS waits for delete_after_days, and a deletion can be called back until then."
  type        = bool
  default     = true
}
