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

variable "zone" {
  description = "Zone, such as shop.example. Made here, and delegated to the output name_servers by who holds the domain above it."
  type        = string

  validation {
    condition     = can(regex("^([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]{2,}$", var.zone))
    error_message = "zone must be a host name in lower case without a final dot, such as shop.example."
  }
}

variable "hosted" {
  description = "This cloud holds the zone. If not, nothing is made, and the output names says what to write where it is held."
  type        = bool
  default     = true
}

variable "records" {
  description = "Label to record, @ for the zone itself. Targets of CNAME and MX are whole names, with or without a final dot; an MX target starts with its priority."
  type        = map(object({ type = string, target = string, ttl = optional(number, 300) }))
  default     = {}

  validation {
    condition     = alltrue([for record in values(var.records) : contains(["A", "AAAA", "CNAME", "MX", "TXT"], record.type)])
    error_message = "records must be of type A, AAAA, CNAME, MX or TXT."
  }

  validation {
    condition     = alltrue([for label in keys(var.records) : can(regex("^(@|[*a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?)$", label))])
    error_message = "records must be keyed by labels in lower case, such as www, or @ for the zone itself."
  }

  validation {
    # The standard allows a CNAME nowhere beside other records, and a zone always has some.
    condition     = try(var.records["@"].type, "") != "CNAME"
    error_message = "the zone itself cannot be a CNAME: point a service at @ instead."
  }
}

variable "services" {
  description = "Label to the entry output of a service module, @ for the zone itself."
  type        = any
  default     = {}

  validation {
    condition     = alltrue([for entry in values(var.services) : entry != null])
    error_message = "services must be public: a worker has no entry a name could point at."
  }

  validation {
    condition     = length(setintersection(keys(var.services), keys(var.records))) == 0
    error_message = "a label is either a record or a service."
  }
}
