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
  description = "Labels, kept as labels of the rule."
  type        = map(string)
  default     = {}
}

variable "target" {
  description = "What to watch: the watch output of a service, queue, postgres or cache module. Its fields are this cloud's own."
  type        = any

  validation {
    condition     = contains(["service", "queue", "postgres", "cache"], try(var.target.kind, ""))
    error_message = "target must be the watch output of a service, queue, postgres or cache module."
  }
}

variable "when" {
  description = "What to look at: errors, latency, unhealthy or cpu of a service, depth of a queue, storage or cpu of a database or a cache."
  type        = string

  validation {
    condition     = contains(["errors", "latency", "unhealthy", "depth", "storage", "cpu"], var.when)
    error_message = "when must be errors, latency, unhealthy, depth, storage or cpu."
  }
}

variable "above" {
  description = "Ring above this: errors in server errors a minute, latency in seconds (average), unhealthy in instances, depth in messages, storage and cpu in percent."
  type        = number

  validation {
    condition     = var.above >= 0
    error_message = "above must be 0 or more."
  }
}

variable "for_seconds" {
  description = "Ring once it has lasted this long. Whole minutes; rounded up."
  type        = number
  default     = 300

  validation {
    condition     = var.for_seconds >= 60 && var.for_seconds <= 86400
    error_message = "for_seconds must be between 60 and 86400 (a day)."
  }
}

variable "notify" {
  description = "E-mail address to tell. It becomes a label of the rule, for the routing of your Alertmanager."
  type        = string

  validation {
    condition     = can(regex("^[^@\\s]+@[^@\\s]+$", var.notify))
    error_message = "notify must be an e-mail address."
  }
}
