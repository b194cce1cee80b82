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

variable "network" {
  description = "The attachment of the network to join, passed on whole from the network module. Its fields are this cloud's own."
  type        = any
}

variable "image" {
  description = "Container image the service runs: registry, name and tag or digest. The registry must be readable without a login."
  type        = string

  validation {
    # podman on Debian has no default registry, and a short name would be a guess.
    condition     = can(regex("^[A-Za-z0-9-]+([.:][A-Za-z0-9.:-]+)/[A-Za-z0-9._/:@-]+$", var.image))
    error_message = "image must start with its registry and hold no spaces, such as registry.example/shop:4.2."
  }
}

variable "machine_image" {
  description = "Name of the image the instances boot from. Empty: Debian 12."
  type        = string
  default     = ""
}

variable "size" {
  description = "Instance flavor, as whoever runs the cloud named it, such as m1.medium."
  type        = string
}

variable "replicas" {
  description = "Number of instances, spread over the zones."
  type        = number

  validation {
    condition     = var.replicas >= 1 && floor(var.replicas) == var.replicas
    error_message = "replicas must be a whole number, 1 or more."
  }
}

variable "public" {
  description = "Whether the service has a public entry. If not it is a worker: no load balancer, no address, nothing that listens; port, health_path, hostname and certificate are not used."
  type        = bool
  default     = true
}

variable "port" {
  description = "TCP port the container listens on, over plain HTTP."
  type        = number

  validation {
    condition     = var.port >= 1 && var.port <= 65535
    error_message = "port must be between 1 and 65535."
  }
}

variable "health_path" {
  description = "Path that answers 200 to a GET when an instance is well."
  type        = string

  validation {
    condition     = startswith(var.health_path, "/") || !var.public
    error_message = "health_path must start with a slash."
  }
}

variable "hostname" {
  description = "Public name of the service, used to spell its URL; the record itself is made elsewhere. May be empty."
  type        = string
}

variable "certificate" {
  description = "Reference of a Barbican secret holding a PKCS#12 bundle: HTTPS on port 443. Empty: plain HTTP on port 80. Must be known when planning."
  type        = string
  default     = ""
}

variable "environment" {
  description = "Environment variables of the container that are no secret."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for key, value in var.environment : can(regex("^[A-Za-z_][A-Za-z0-9_]*$", key)) && !strcontains(value, "\n")])
    error_message = "environment takes names of letters, digits and underscores, and values of one line."
  }
}

variable "databases" {
  description = "Databases the service uses. No module makes one on plain OpenStack yet: has to stay empty."
  type        = any
  default     = {}

  validation {
    condition     = length(var.databases) == 0
    error_message = "no module makes databases on plain OpenStack yet."
  }
}

variable "buckets" {
  description = "Buckets the service uses: prefix of their environment variables to the access output of a bucket module."
  type        = any
  default     = {}

  validation {
    condition     = alltrue([for prefix in keys(var.buckets) : can(regex("^[A-Z][A-Z0-9_]*$", prefix))])
    error_message = "buckets must be keyed by prefixes of capital letters, digits and underscores, such as FILES."
  }
}

variable "secrets" {
  description = "Secrets the service uses. No module makes one on plain OpenStack yet: has to stay empty."
  type        = any
  default     = {}

  validation {
    condition     = length(var.secrets) == 0
    error_message = "no module makes secrets on plain OpenStack yet."
  }
}

variable "queues" {
  description = "Queues the service uses. No module makes one on plain OpenStack yet: has to stay empty."
  type        = any
  default     = {}

  validation {
    condition     = length(var.queues) == 0
    error_message = "no module makes queues on plain OpenStack yet."
  }
}

variable "caches" {
  description = "Caches the service uses. No module makes one on plain OpenStack yet: has to stay empty."
  type        = any
  default     = {}

  validation {
    condition     = length(var.caches) == 0
    error_message = "no module makes caches on plain OpenStack yet."
  }
}

variable "keys" {
  description = "Keys the service uses. No module makes one on plain OpenStack yet: has to stay empty."
  type        = any
  default     = {}

  validation {
    condition     = length(var.keys) == 0
    error_message = "no module makes keys on plain OpenStack yet."
  }
}
