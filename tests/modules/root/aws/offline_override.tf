# Terraform lays this over the provider block: no account is asked, and a call that should not happen
# fails at once instead of being tried again for minutes.
provider "aws" {
  access_key                  = "none"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
  max_retries                 = 1
}
