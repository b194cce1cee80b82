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
  description = "Labels put on everything that can carry them. Managed caches of OVHcloud carry none: ignored here."
  type        = map(string)
  default     = {}
}

variable "network" {
  description = "The attachment of the network to join, passed on whole from the network module. Its fields are this cloud's own."
  type        = any
}

variable "release" {
  description = "Version of Valkey, such as \"8.0\"."
  type        = string

  validation {
    condition     = contains(["7.2", "8.0"], var.release)
    error_message = "release must be 7.2 or 8.0."
  }
}

variable "size" {
  description = "Node flavor, such as b3-8."
  type        = string
}

variable "plan" {
  description = "Service plan, which decides the number of nodes. Empty: essential, production with one replica, advanced with more."
  type        = string
  default     = ""
}

variable "replicas" {
  description = "Copies of the data beside the first. At OVHcloud the plan decides, two at most; Terraform warns when it gives fewer."
  type        = number

  validation {
    condition     = var.replicas >= 0 && var.replicas <= 5 && floor(var.replicas) == var.replicas
    error_message = "replicas must be a whole number between 0 and 5."
  }
}
