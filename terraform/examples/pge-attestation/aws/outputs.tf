output "net" {
  description = "Where the network net is."
  value = {
    id   = module.net.id
    cidr = module.net.cidr
  }
}

output "dossiers" {
  description = "Where the bucket dossiers is."
  value = {
    bucket   = module.dossiers.bucket
    endpoint = module.dossiers.endpoint
    region   = module.dossiers.region
  }
}

output "register" {
  description = "Where the postgres register is."
  value = {
    host     = module.register.host
    port     = module.register.port
    database = module.register.database
    username = module.register.username
  }
}

output "web" {
  description = "Where the service web is."
  value = {
    address = module.web.address
    url     = module.web.url
  }
}
