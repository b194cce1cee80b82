output "net" {
  description = "Where the network net is."
  value = {
    id   = module.net.id
    cidr = module.net.cidr
  }
}

output "images" {
  description = "Where the bucket images is."
  value = {
    bucket   = module.images.bucket
    endpoint = module.images.endpoint
    region   = module.images.region
  }
}

output "orders" {
  description = "Where the postgres orders is."
  value = {
    host     = module.orders.host
    port     = module.orders.port
    database = module.orders.database
    username = module.orders.username
  }
}

output "web" {
  description = "Where the service web is."
  value = {
    address = module.web.address
    url     = module.web.url
  }
}
