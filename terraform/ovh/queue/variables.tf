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
  description = "Where it stands: region, zones in order of preference (may be empty in a one-zone region), and the Public Cloud project id, which OVHcloud calls service_name."
  type        = object({ region = string, zones = list(string), project = optional(string) })

  validation {
    condition     = try(length(var.location.project) > 0, false)
    error_message = "location.project must be the Public Cloud project id: everything at OVHcloud belongs to one."
  }
}

variable "tags" {
  description = "Labels put on everything that can carry them. Managed brokers of OVHcloud carry none: ignored here."
  type        = map(string)
  default     = {}
}

variable "network" {
  description = "The attachment of the network the broker joins, passed on whole from the network module. Required at OVHcloud, which has no queue but a private broker."
  type        = any
  default     = null

  validation {
    condition     = var.network != null
    error_message = "network is needed: a queue at OVHcloud is a Kafka broker, and it stands in a network."
  }
}

variable "visibility_seconds" {
  description = "Seconds a consumer has for one message. Kafka hides nothing: the consumer gets this number and keeps to it (max.poll.interval.ms)."
  type        = number

  validation {
    condition     = var.visibility_seconds >= 0 && var.visibility_seconds <= 43200 && floor(var.visibility_seconds) == var.visibility_seconds
    error_message = "visibility_seconds must be a whole number between 0 and 43200 (12 hours)."
  }
}

variable "keep_seconds" {
  description = "Seconds after which a message is dropped, taken or not. Kafka counts in hours: rounded up."
  type        = number

  validation {
    condition     = var.keep_seconds >= 60 && var.keep_seconds <= 1209600 && floor(var.keep_seconds) == var.keep_seconds
    error_message = "keep_seconds must be a whole number between 60 and 1209600 (14 days)."
  }
}

variable "tries" {
  description = "How often a consumer tries a message before it moves it to the dead-letter topic. Kafka counts nothing: the consumer gets this number and keeps to it."
  type        = number

  validation {
    condition     = var.tries >= 1 && var.tries <= 1000 && floor(var.tries) == var.tries
    error_message = "tries must be a whole number between 1 and 1000."
  }
}
