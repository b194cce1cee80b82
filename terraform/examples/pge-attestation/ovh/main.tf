# pge-attestation on OVHcloud. Each module stands in modules/, and is yours to change.

locals {
  location = {
    region  = var.region
    zones   = var.zones
    project = var.project
    vault   = var.vault
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

# Not here: key.rotation: the key service replaces no material by itself: a new key is made, and what the old
# one encrypted is encrypted again.
module "seal" {
  source              = "./modules/key"
  name                = "pge-attestation-seal"
  location            = local.location
  tags                = local.tags
  rotate              = false
  delete_after_days   = 30
  deletion_protection = true
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

# Not here: object.customer-key: there is no SSE-KMS: objects are encrypted with keys OVHcloud holds, whatever
# key the workload has.
module "dossiers" {
  source                 = "./modules/bucket"
  name                   = "pge-attestation-dossiers"
  location               = local.location
  tags                   = local.tags
  versions               = true
  retain_days            = 30
  archive_after_days     = 365
  expire_noncurrent_days = 365
  deletion_protection    = true
}

# Not here: postgres.customer-key: databases are encrypted with keys OVHcloud holds; no key of the customer's is
# taken.
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

# Not here: queue.visibility: Kafka hides no message: what was not committed is read again by whoever gets the
# partition next.
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
  size        = "c3-4"
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

# Not here: alarm.notify: nothing here mails when a metric crosses a line; an Alertmanager of yours does.
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

# Not here: alarm.notify: nothing here mails when a metric crosses a line; an Alertmanager of yours does.
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

# Not here: alarm.notify: nothing here mails when a metric crosses a line; an Alertmanager of yours does.
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
