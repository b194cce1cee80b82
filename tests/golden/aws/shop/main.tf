# shop on AWS. Each module stands in modules/, and is yours to change.

locals {
  location = {
    region  = var.region
    zones   = var.zones
    project = null
  }

  tags = {
    Workload  = "shop"
    ManagedBy = "terraform"
  }
}

module "net" {
  source   = "./modules/network"
  name     = "shop-net"
  location = local.location
  tags     = local.tags
  cidr     = "10.20.0.0/16"
}

module "images" {
  source                 = "./modules/bucket"
  name                   = "shop-images"
  location               = local.location
  tags                   = local.tags
  versions               = true
  retain_days            = 0
  archive_after_days     = 90
  expire_noncurrent_days = 0
  deletion_protection    = true
}

module "orders" {
  source              = "./modules/postgres"
  name                = "shop-orders"
  location            = local.location
  tags                = local.tags
  network             = module.net.attachment
  release             = "16"
  size                = "db.t4g.large"
  storage_gib         = 100
  standby             = true
  backup_days         = 7
  database            = "app"
  username            = "app"
  deletion_protection = true
}

module "web" {
  source      = "./modules/service"
  name        = "shop-web"
  location    = local.location
  tags        = local.tags
  network     = module.net.attachment
  image       = "registry.example/shop:4.2"
  size        = "t3.medium"
  replicas    = 2
  port        = 8080
  health_path = "/healthz"
  hostname    = "shop.example"
  certificate = var.web_certificate
  environment = {
    LOG_LEVEL = "info"
  }
  databases = {
    ORDERS = module.orders.access
  }
  buckets = {
    IMAGES = module.images.access
  }
}
