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
  description = "Instance class, such as db.m6i.large."
  type        = string

  validation {
    condition     = startswith(var.size, "db.")
    error_message = "size must be an RDS instance class, such as db.m6i.large."
  }
}

variable "plan" {
  description = "Service plan, where the cloud sells databases by plan. AWS does not: ignored here."
  type        = string
  default     = ""
}

variable "storage_gib" {
  description = "Disk for the data, in GiB."
  type        = number

  validation {
    # The floor of gp3 storage, and the ceiling of RDS for PostgreSQL.
    condition     = var.storage_gib >= 20 && var.storage_gib <= 65536
    error_message = "storage_gib must be between 20 and 65536."
  }
}

variable "standby" {
  description = "Keep a second node in step, ready to take over."
  type        = bool
}

variable "backup_days" {
  description = "Days for which the database can be restored to any second."
  type        = number

  validation {
    # 0 would turn point-in-time recovery off.
    condition     = var.backup_days >= 1 && var.backup_days <= 35
    error_message = "backup_days must be between 1 and 35."
  }
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
  description = "Name of the user the workload signs in as. On AWS it is the master user of the instance."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9_]{0,62}$", var.username))
    error_message = "username must start with a letter and hold at most 63 lower-case letters, digits or underscores."
  }
}

variable "key" {
  description = "The access output of a key module: the disk and the backups are encrypted with that key instead of the AWS-managed one. Can only be decided when the server is made."
  type        = any
  default     = null
}

variable "deletion_protection" {
  description = "Refuse to destroy the database until this is set to false and applied."
  type        = bool
  default     = true
}
