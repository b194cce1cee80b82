locals {
  machine_image = var.machine_image != "" ? var.machine_image : "Debian 12"

  # web-01 in the first zone, web-02 in the second, and round again. A region of one zone may name none.
  instances = {
    for position in range(var.replicas) : format("%s-%02d", var.name, position + 1) =>
    length(var.location.zones) == 0 ? null : element(var.location.zones, position)
  }

  labels = [for key, value in var.tags : "${key}=${value}"]

  # The environment contract, the same on every cloud, with what is secret: there is no instance identity
  # to fetch it with. Keys therefore travel in the user data, where an administrator of the
  # project and any process on the instance can read them. This is weaker than on AWS.
  environment = merge(
    var.environment,
    merge([for prefix, bucket in var.buckets : {
      "${prefix}_BUCKET"     = bucket.bucket
      "${prefix}_ENDPOINT"   = bucket.endpoint
      "${prefix}_REGION"     = bucket.region
      "${prefix}_ACCESS_KEY" = bucket.access_key
      "${prefix}_SECRET_KEY" = bucket.secret_key
    }]...),
  )

  cloud_init = templatefile("${path.module}/templates/cloud-init.yaml.tftpl", {
    name        = var.name
    image       = var.image
    publish     = var.public ? "--publish ${var.port}:${var.port} " : ""
    environment = base64encode(join("", [for key, value in local.environment : "${key}=${value}\n"]))
  })
}

# Soft: replicas keep apart while there are hosts enough, and still start when there are not.
resource "openstack_compute_servergroup_v2" "this" {
  region   = var.location.region
  name     = var.name
  policies = ["soft-anti-affinity"]
}

# The address belongs to the port and not to the instance: a rebuilt instance keeps its place in the pool.
resource "openstack_networking_port_v2" "this" {
  for_each = local.instances

  region             = var.location.region
  name               = each.key
  network_id         = var.network.network_id
  security_group_ids = [openstack_networking_secgroup_v2.this.id]
  admin_state_up     = true
  tags               = local.labels

  fixed_ip {
    subnet_id = var.network.subnet_id
  }
}

# A fixed fleet: there is no scaling group for instances. No SSH key and no port 22: an instance that
# misbehaves is read in its log and replaced.
resource "openstack_compute_instance_v2" "this" {
  for_each = local.instances

  region            = var.location.region
  name              = each.key
  flavor_name       = var.size
  image_name        = local.machine_image
  availability_zone = each.value
  user_data         = local.cloud_init
  # User data is read from a disk: the first boot does not wait for the network.
  config_drive = true
  metadata     = var.tags

  network {
    port = openstack_networking_port_v2.this[each.key].id
  }

  scheduler_hints {
    group = openstack_compute_servergroup_v2.this.id
  }
}
