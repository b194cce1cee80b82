# No provider: there is nothing here a cloud would make.
terraform {
  required_version = ">= 1.9"
}
