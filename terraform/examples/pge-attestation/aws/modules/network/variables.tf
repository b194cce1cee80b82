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

  validation {
    # A load balancer and a database subnet group each need two; a /24 cut in sixteen has room for eight.
    condition     = length(var.location.zones) >= 2 && length(var.location.zones) <= 8
    error_message = "location.zones must name 2 to 8 availability zones, such as [\"eu-west-3a\", \"eu-west-3b\"]."
  }
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
