output "net" {
  description = "Where the network net is."
  value = {
    id   = module.net.id
    cidr = module.net.cidr
  }
}

output "seal" {
  description = "Where the key seal is."
  value = {
    id = module.seal.id
  }
}

output "bank_api" {
  description = "Where the secret bank-api is."
  value = {
    id = module.bank-api.id
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

output "notices" {
  description = "Where the queue notices is."
  value = {
    id          = module.notices.id
    name        = module.notices.name
    dead_letter = module.notices.dead_letter
  }
}

output "web" {
  description = "Where the service web is."
  value = {
    address = module.web.address
    url     = module.web.url
  }
}

output "worker" {
  description = "Where the service worker is."
  value = {
    address = module.worker.address
    url     = module.worker.url
  }
}

output "names" {
  description = "Where the domain names is."
  value = {
    id           = module.names.id
    name_servers = module.names.name_servers
    names        = module.names.names
  }
}

output "errors" {
  description = "Where the alarm errors is."
  value = {
    id   = module.errors.id
    rule = module.errors.rule
  }
}

output "waiting" {
  description = "Where the alarm waiting is."
  value = {
    id   = module.waiting.id
    rule = module.waiting.rule
  }
}

output "full" {
  description = "Where the alarm full is."
  value = {
    id   = module.full.id
    rule = module.full.rule
  }
}
