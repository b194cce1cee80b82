# pge-attestation on OVHcloud. Each module stands in modules/, and is yours to change.

locals {
  location = {
    region  = var.region
    zones   = var.zones
    project = var.project
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

module "dossiers" {
  source                 = "./modules/bucket"
  name                   = "pge-attestation-dossiers"
  location               = local.location
  tags                   = local.tags
  versions               = true
  retain_days            = 0
  archive_after_days     = 365
  expire_noncurrent_days = 365
  deletion_protection    = true
}

module "register" {
  source              = "./modules/postgres"
  name                = "pge-attestation-register"
  location            = local.location
  tags                = local.tags
  network             = module.net.attachment
  release             = "16"
  size                = "b3-8"
  plan                = "production"
  storage_gib         = 160
  standby             = true
  backup_days         = 14
  database            = "attestations"
  username            = "pge"
  deletion_protection = true
}

module "web" {
  source      = "./modules/service"
  name        = "pge-attestation-web"
  location    = local.location
  tags        = local.tags
  network     = module.net.attachment
  image       = "registry.example/pge/attestation:1.0"
  size        = "c3-4"
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
}
