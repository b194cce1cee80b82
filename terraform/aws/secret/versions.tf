# The provider is pinned here and configured in the root, once, for every module.
terraform {
  # Write-only arguments, which keep the value out of the state, came with 1.11.
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
}
