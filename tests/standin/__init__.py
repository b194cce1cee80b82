"""A stand-in for the OVHcloud and OpenStack Terraform providers, for machines that cannot have them."""
