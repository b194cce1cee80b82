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
  description = "Where it stands: region, and zones in order of preference, which may be empty; project is ignored, for whoever signs in has said it."
  type        = object({ region = string, zones = list(string), project = optional(string) })
}

variable "tags" {
  description = "Labels put on everything that can carry them."
  type        = map(string)
  default     = {}
}

variable "cidr" {
  description = "Private IPv4 range of the whole network."
  type        = string

  validation {
    condition     = can(cidrnetmask(var.cidr)) && try(tonumber(split("/", var.cidr)[1]) >= 16 && tonumber(split("/", var.cidr)[1]) <= 24, false)
    error_message = "cidr must be an IPv4 range between /16 and /24, such as 10.20.0.0/16."
  }
}
