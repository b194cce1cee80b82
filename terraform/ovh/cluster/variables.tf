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
  description = "Labels put on everything that can carry them. Clusters of OVHcloud carry none: ignored here."
  type        = map(string)
  default     = {}
}

variable "network" {
  description = "The attachment of the network to join, passed on whole from the network module. Its fields are this cloud's own."
  type        = any
}

variable "release" {
  description = "Minor version of Kubernetes, such as \"1.32\". The cloud keeps the patch level."
  type        = string

  validation {
    condition     = can(regex("^1\\.[0-9]{2}$", var.release))
    error_message = "release must be a minor version only, such as \"1.32\"."
  }
}

variable "size" {
  description = "Flavor of the nodes, such as b3-8."
  type        = string
}

variable "nodes_min" {
  description = "Fewest nodes, over all zones."
  type        = number

  validation {
    condition     = var.nodes_min >= 1 && floor(var.nodes_min) == var.nodes_min
    error_message = "nodes_min must be a whole number, 1 or more."
  }
}

variable "nodes_max" {
  description = "Most nodes, over all zones."
  type        = number

  validation {
    condition     = var.nodes_max >= var.nodes_min && floor(var.nodes_max) == var.nodes_max
    error_message = "nodes_max must be a whole number, nodes_min or more."
  }
}
