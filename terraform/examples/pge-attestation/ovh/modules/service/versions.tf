# The providers are pinned here and configured in the root, once, for every module.
# The instances come from the OpenStack provider: ovh_cloud_instance takes no user data.
terraform {
  required_version = ">= 1.9"

  required_providers {
    ovh = {
      source  = "ovh/ovh"
      version = "~> 2.19"
    }
    openstack = {
      source  = "terraform-provider-openstack/openstack"
      version = "~> 3.4"
    }
  }
}
