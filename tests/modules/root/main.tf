# The same root for every cloud: only ./modules and the values differ.

variable "location" {
  type = object({ region = string, zones = list(string), project = optional(string) })
}

variable "sizes" {
  type = object({ database = string, service = string })
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

module "files" {
  source = "./modules/bucket"

  name                   = "shop-files-4f1d"
  location               = var.location
  tags                   = { workload = "shop" }
  versions               = true
  retain_days            = 30
  archive_after_days     = 90
  expire_noncurrent_days = 365
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
  deletion_protection = var.deletion_protection
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
