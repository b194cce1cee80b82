# pge-attestation on AWS. Each module stands in modules/, and is yours to change.

locals {
  location = {
    region  = var.region
    zones   = var.zones
    project = null
  }

  tags = {
    Workload  = "pge-attestation"
    ManagedBy = "terraform"
  }
}

module "net" {
  source   = "./modules/network"
  name     = "pge-attestation-net"
  location = local.location
  tags     = local.tags
  cidr     = "10.20.0.0/16"
}

module "seal" {
  source            = "./modules/key"
  name              = "pge-attestation-seal"
  location          = local.location
  tags              = local.tags
  rotate            = true
  delete_after_days = 30
}

module "bank-api" {
  source      = "./modules/secret"
  name        = "pge-attestation-bank-api"
  location    = local.location
  tags        = local.tags
  description = "Token of the banks' notification service"
  value       = var.bank_api_value
  edition     = var.bank_api_edition
}

module "dossiers" {
  source                 = "./modules/bucket"
  name                   = "pge-attestation-dossiers"
  location               = local.location
  tags                   = local.tags
  versions               = true
  retain_days            = 30
  archive_after_days     = 365
  expire_noncurrent_days = 365
  key                    = module.seal.access
  deletion_protection    = true
}

module "register" {
  source              = "./modules/postgres"
  name                = "pge-attestation-register"
  location            = local.location
  tags                = local.tags
  network             = module.net.attachment
  release             = "16"
  size                = "db.t4g.large"
  storage_gib         = 100
  standby             = true
  backup_days         = 14
  database            = "attestations"
  username            = "pge"
  key                 = module.seal.access
  deletion_protection = true
}

module "notices" {
  source             = "./modules/queue"
  name               = "pge-attestation-notices"
  location           = local.location
  tags               = local.tags
  network            = module.net.attachment
  visibility_seconds = 120
  keep_seconds       = 1209600
  tries              = 5
}

module "web" {
  source      = "./modules/service"
  name        = "pge-attestation-web"
  location    = local.location
  tags        = local.tags
  network     = module.net.attachment
  image       = "registry.example/pge/attestation:1.0"
  size        = "t3.medium"
  replicas    = 2
  port        = 8080
  health_path = "/healthz"
  hostname    = "attestations.pge.example"
  certificate = var.web_certificate
  databases = {
    REGISTER = module.register.access
  }
  buckets = {
    DOSSIERS = module.dossiers.access
  }
  queues = {
    NOTICES = module.notices.access
  }
  keys = {
    SEAL = module.seal.access
  }
}

module "worker" {
  source      = "./modules/service"
  name        = "pge-attestation-worker"
  location    = local.location
  tags        = local.tags
  network     = module.net.attachment
  image       = "registry.example/pge/attestation-worker:1.0"
  size        = "t3.medium"
  replicas    = 2
  port        = 8080
  health_path = "/healthz"
  hostname    = ""
  public      = false
  databases = {
    REGISTER = module.register.access
  }
  buckets = {
    DOSSIERS = module.dossiers.access
  }
  queues = {
    NOTICES = module.notices.access
  }
  secrets = {
    BANK_API = module.bank-api.access
  }
}

module "names" {
  source   = "./modules/domain"
  name     = "pge-attestation-names"
  location = local.location
  tags     = local.tags
  zone     = "pge.example"
  hosted   = true
  records = {
    "@" = {
      type   = "TXT"
      target = "v=spf1 -all"
      ttl    = 300
    }
  }
  services = {
    attestations = module.web.entry
  }
}

module "errors" {
  source      = "./modules/alarm"
  name        = "pge-attestation-errors"
  location    = local.location
  tags        = local.tags
  target      = module.web.watch
  when        = "errors"
  above       = 5
  for_seconds = 300
  notify      = "astreinte@pge.example"
}

module "waiting" {
  source      = "./modules/alarm"
  name        = "pge-attestation-waiting"
  location    = local.location
  tags        = local.tags
  target      = module.notices.watch
  when        = "depth"
  above       = 1000
  for_seconds = 900
  notify      = "astreinte@pge.example"
}

module "full" {
  source      = "./modules/alarm"
  name        = "pge-attestation-full"
  location    = local.location
  tags        = local.tags
  target      = module.register.watch
  when        = "storage"
  above       = 80
  for_seconds = 900
  notify      = "astreinte@pge.example"
}
