# The same root for every cloud: only ./modules and the values differ.

variable "location" {
  type = object({ region = string, zones = list(string), project = optional(string), vault = optional(string) })
}

variable "sizes" {
  type = object({ database = string, service = string, cache = string, cluster = string })
}

variable "certificate" {
  type    = string
  default = ""
}

variable "replicas" {
  type    = number
  default = 2
}

variable "backup_days" {
  type    = number
  default = 14
}

variable "token" {
  type      = string
  sensitive = true
  default   = "a value for the tests"
}

variable "hosted" {
  type    = bool
  default = true
}

variable "deletion_protection" {
  type    = bool
  default = false
}

module "net" {
  source = "./modules/network"

  name     = "shop-net"
  location = var.location
  tags     = { workload = "shop" }
  cidr     = "10.20.0.0/16"
}

module "seal" {
  source = "./modules/key"

  name                = "shop-seal"
  location            = var.location
  tags                = { workload = "shop" }
  rotate              = true
  delete_after_days   = 7
  deletion_protection = var.deletion_protection
}

module "files" {
  source = "./modules/bucket"

  name                   = "shop-files-4f1d"
  location               = var.location
  tags                   = { workload = "shop" }
  versions               = true
  retain_days            = 30
  archive_after_days     = 90
  expire_noncurrent_days = 365
  key                    = module.seal.access
  deletion_protection    = var.deletion_protection
}

# Every default at once.
module "scratch" {
  source = "./modules/bucket"

  name                = "shop-scratch-4f1d"
  location            = var.location
  versions            = false
  deletion_protection = var.deletion_protection
}

module "register" {
  source = "./modules/postgres"

  name                = "shop-register"
  location            = var.location
  tags                = { workload = "shop" }
  network             = module.net.attachment
  release             = "16"
  size                = var.sizes.database
  storage_gib         = 160
  standby             = true
  backup_days         = var.backup_days
  database            = "register"
  username            = "shop"
  key                 = module.seal.access
  deletion_protection = var.deletion_protection
}

module "token" {
  source = "./modules/secret"

  name        = "shop-token"
  location    = var.location
  tags        = { workload = "shop" }
  description = "Token of the partner's API"
  value       = var.token
}

module "jobs" {
  source = "./modules/queue"

  name               = "shop-jobs"
  location           = var.location
  tags               = { workload = "shop" }
  network            = module.net.attachment
  visibility_seconds = 30
  keep_seconds       = 345600
  tries              = 5
}

module "sessions" {
  source = "./modules/cache"

  name     = "shop-sessions"
  location = var.location
  tags     = { workload = "shop" }
  network  = module.net.attachment
  release  = "8.0"
  size     = var.sizes.cache
  replicas = 1
}

module "web" {
  source = "./modules/service"

  name        = "shop-web"
  location    = var.location
  tags        = { workload = "shop" }
  network     = module.net.attachment
  image       = "registry.example/shop:4.2"
  size        = var.sizes.service
  replicas    = var.replicas
  port        = 8080
  health_path = "/healthz"
  hostname    = "shop.example"
  certificate = var.certificate
  environment = { LOG_LEVEL = "info" }
  databases   = { REGISTER = module.register.access }
  buckets     = { FILES = module.files.access, SCRATCH = module.scratch.access }
  secrets     = { PARTNER_TOKEN = module.token.access }
  queues      = { JOBS = module.jobs.access }
  caches      = { SESSIONS = module.sessions.access }
  keys        = { SEAL = module.seal.access }
}

# Nothing public, and as little as a service can be given.
module "worker" {
  source = "./modules/service"

  name        = "shop-worker"
  location    = var.location
  network     = module.net.attachment
  image       = "registry.example/shop:4.2"
  size        = var.sizes.service
  replicas    = 1
  public      = false
  port        = 8080
  health_path = ""
  hostname    = ""
  queues      = { JOBS = module.jobs.access }
}

module "names" {
  source = "./modules/domain"

  name     = "shop-names"
  location = var.location
  tags     = { workload = "shop" }
  zone     = "shop.example"
  hosted   = var.hosted
  services = { "@" = module.web.entry, www = module.web.entry }

  records = {
    mail   = { type = "MX", target = "10 mx.mail.example" }
    status = { type = "CNAME", target = "status.example.net.", ttl = 3600 }
    _dmarc = { type = "TXT", target = "v=DMARC1; p=reject" }
  }
}

module "ill" {
  source = "./modules/alarm"

  name     = "shop-ill"
  location = var.location
  tags     = { workload = "shop" }
  target   = module.web.watch
  when     = "unhealthy"
  above    = 0
  notify   = "oncall@shop.example"
}

module "busy" {
  source = "./modules/alarm"

  name     = "shop-busy"
  location = var.location
  target   = module.worker.watch
  when     = "cpu"
  above    = 80
  notify   = "oncall@shop.example"
}

module "late" {
  source = "./modules/alarm"

  name        = "shop-late"
  location    = var.location
  target      = module.jobs.watch
  when        = "depth"
  above       = 1000
  for_seconds = 900
  notify      = "oncall@shop.example"
}

module "full" {
  source = "./modules/alarm"

  name     = "shop-full"
  location = var.location
  target   = module.register.watch
  when     = "storage"
  above    = 85
  notify   = "oncall@shop.example"
}

module "crowded" {
  source = "./modules/alarm"

  name     = "shop-crowded"
  location = var.location
  target   = module.sessions.watch
  when     = "storage"
  above    = 90
  notify   = "oncall@shop.example"
}

module "platform" {
  source = "./modules/cluster"

  name      = "shop-platform"
  location  = var.location
  tags      = { workload = "shop" }
  network   = module.net.attachment
  release   = "1.32"
  size      = var.sizes.cluster
  nodes_min = 2
  nodes_max = 5
}

output "address" {
  value = module.web.address
}

output "url" {
  value = module.web.url
}

output "endpoint" {
  value = module.files.endpoint
}

output "host" {
  value = module.register.host
}

output "names" {
  value = module.names.names
}

output "rule" {
  value = module.ill.rule
}

output "api" {
  value = module.platform.endpoint
}
