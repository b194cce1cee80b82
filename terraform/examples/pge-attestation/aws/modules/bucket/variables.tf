variable "name" {
  description = "Name of the bucket itself, unique among all customers of the cloud. Lower case, digits, dashes; no dots, which break TLS host names."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9](-?[a-z0-9])*$", var.name)) && length(var.name) >= 3 && length(var.name) <= 63
    error_message = "name must be 3 to 63 lower-case letters, digits or single dashes."
  }
}

variable "location" {
  description = "Where it stands: region, zones in order of preference, and the project where the cloud has projects (AWS has accounts instead, and ignores it)."
  type        = object({ region = string, zones = list(string), project = optional(string) })
}

variable "tags" {
  description = "Labels put on everything that can carry them."
  type        = map(string)
  default     = {}
}

variable "versions" {
  description = "Keep every version of an object, so that an overwrite or a deletion can be undone."
  type        = bool
}

variable "retain_days" {
  description = "Days during which no version can be deleted (object lock, governance mode). 0 means no lock. Can only be decided when the bucket is made."
  type        = number
  default     = 0

  validation {
    condition     = var.retain_days >= 0 && floor(var.retain_days) == var.retain_days
    error_message = "retain_days must be a whole number of days, 0 or more."
  }

  validation {
    condition     = var.retain_days == 0 || var.versions
    error_message = "retain_days needs versions = true: what is locked is a version."
  }
}

variable "archive_after_days" {
  description = "Days after which an object moves to infrequent-access storage. 0 means never."
  type        = number
  default     = 0

  validation {
    condition     = var.archive_after_days == 0 || var.archive_after_days >= 30
    error_message = "archive_after_days must be 0, or at least 30: infrequent access takes nothing younger."
  }
}

variable "expire_noncurrent_days" {
  description = "Days after which a version that is no longer current is deleted. 0 means never."
  type        = number
  default     = 0

  validation {
    condition     = var.expire_noncurrent_days >= 0 && floor(var.expire_noncurrent_days) == var.expire_noncurrent_days
    error_message = "expire_noncurrent_days must be a whole number of days, 0 or more."
  }
}

variable "key" {
  description = "The access output of a key module: objects are encrypted with that key instead of those S3 holds."
  type        = any
  default     = null
}

variable "deletion_protection" {
  description = "Refuse to destroy the bucket while it holds objects."
  type        = bool
  default     = true
}
