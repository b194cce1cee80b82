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
  description = "Labels put on everything that can carry them. Managed databases of OVHcloud carry none: ignored here."
  type        = map(string)
  default     = {}
}

variable "network" {
  description = "The attachment of the network to join, passed on whole from the network module. Its fields are this cloud's own."
  type        = any
}

variable "release" {
  description = "Major version of PostgreSQL, such as \"16\". The cloud chooses and upgrades the minor version."
  type        = string

  validation {
    condition     = can(regex("^[1-9][0-9]$", var.release))
    error_message = "release must be a major version only, such as \"16\"."
  }
}

variable "size" {
  description = "Node flavor, such as b3-8."
  type        = string
}

variable "plan" {
  description = "Service plan, such as production; it decides the number of nodes. Empty: essential, or production with a standby."
  type        = string
  default     = ""
}

variable "storage_gib" {
  description = "Disk for the data, in GiB."
  type        = number

  validation {
    condition     = var.storage_gib > 0
    error_message = "storage_gib must be positive; what a flavor offers is checked by OVHcloud when the cluster is made."
  }
}

variable "standby" {
  description = "Keep a second node in step, ready to take over."
  type        = bool
}

variable "backup_days" {
  description = "Days for which the database can be restored to any second. At OVHcloud the plan decides; Terraform warns when it keeps them for less."
  type        = number
}

variable "database" {
  description = "Name of the database made inside the server."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9_]{0,62}$", var.database))
    error_message = "database must start with a letter and hold at most 63 lower-case letters, digits or underscores."
  }
}

variable "username" {
  description = "Name of the user the workload signs in as. At OVHcloud it is an ordinary user beside avnadmin."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9_]{0,62}$", var.username))
    error_message = "username must start with a letter and hold at most 63 lower-case letters, digits or underscores."
  }
}

variable "key" {
  description = "The access output of a key module. Managed databases take no key of their customer: ignored here, and Terraform warns."
  type        = any
  default     = null
}

variable "deletion_protection" {
  description = "Refuse to destroy the database until this is set to false and applied."
  type        = bool
  default     = true
}
