provider "azurerm" {
  features {}
}

resource "azurerm_virtual_network" "main" { address_space = ["10.3.0.0/16"] }

resource "azurerm_subnet" "data" { virtual_network_name = azurerm_virtual_network.main.name }

resource "azurerm_storage_container" "files" {}

resource "azurerm_postgresql_flexible_server" "register" {
  version               = "16"
  storage_mb            = 65536
  backup_retention_days = 14
  administrator_login   = "pge"
  sku_name              = "GP_Standard_D2s_v3"
  delegated_subnet_id   = azurerm_subnet.data.id
  high_availability { mode = "ZoneRedundant" }
}

resource "azurerm_key_vault_secret" "token" {}

resource "azurerm_key_vault_key" "seal" {}

resource "azurerm_redis_cache" "sessions" {
  family        = "C"
  capacity      = 1
  sku_name      = "Standard"
  redis_version = "6"
}

resource "azurerm_kubernetes_cluster" "batch" {
  kubernetes_version = "1.32"
  default_node_pool {
    vm_size        = "Standard_D4s_v5"
    min_count      = 2
    max_count      = 6
    vnet_subnet_id = azurerm_subnet.data.id
  }
}

resource "azurerm_servicebus_queue" "jobs" {
  lock_duration       = "PT1M"
  default_message_ttl = "P14D"
  max_delivery_count  = 7
}

resource "azurerm_dns_zone" "shop" { name = "shop.example" }

resource "azurerm_dns_a_record" "www" {
  zone_name = azurerm_dns_zone.shop.name
  name      = "www"
  ttl       = 600
  records   = ["192.0.2.1"]
}

resource "azurerm_container_app" "web" {
  template {
    container { image = "registry.example/web:1" }
  }
  ingress { target_port = 9000 }
}
