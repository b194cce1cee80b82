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
  description = "Where it stands: region, zones in order of preference, and the project where the cloud has projects (AWS has accounts instead, and ignores it)."
  type        = object({ region = string, zones = list(string), project = optional(string) })
}

variable "tags" {
  description = "Labels put on everything that can carry them."
  type        = map(string)
  default     = {}
}

variable "network" {
  description = "The attachment of the network, where the cloud gives a queue by a private broker. SQS is not in a network: ignored here."
  type        = any
  default     = null
}

variable "visibility_seconds" {
  description = "Seconds a message stays hidden from others once a consumer has it, and after which it comes back."
  type        = number

  validation {
    condition     = var.visibility_seconds >= 0 && var.visibility_seconds <= 43200 && floor(var.visibility_seconds) == var.visibility_seconds
    error_message = "visibility_seconds must be a whole number between 0 and 43200 (12 hours)."
  }
}

variable "keep_seconds" {
  description = "Seconds after which a message nobody took is dropped."
  type        = number

  validation {
    condition     = var.keep_seconds >= 60 && var.keep_seconds <= 1209600 && floor(var.keep_seconds) == var.keep_seconds
    error_message = "keep_seconds must be a whole number between 60 and 1209600 (14 days)."
  }
}

variable "tries" {
  description = "How often a message is delivered before it goes to the dead-letter queue."
  type        = number

  validation {
    condition     = var.tries >= 1 && var.tries <= 1000 && floor(var.tries) == var.tries
    error_message = "tries must be a whole number between 1 and 1000."
  }
}
