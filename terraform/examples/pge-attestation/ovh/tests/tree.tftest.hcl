# Whether this tree holds together, with mocked providers: no account, no network, nothing is made.
#
#   terraform init -backend=false && terraform test
mock_provider "ovh" {}

mock_provider "openstack" {}

variables {
  project         = "0123456789abcdef0123456789abcdef"
  vault           = "01234567-89ab-cdef-0123-456789abcdef"
  web_certificate = "https://key-manager.eu-west-par.cloud.ovh.net/v1/secrets/01234567-89ab-cdef-0123-456789abcdef"
  bank_api_value  = "example"
}

run "plan" {
  command = plan

  assert {
    condition     = output.web.url == "https://attestations.pge.example"
    error_message = "web is not served as https://attestations.pge.example."
  }
}
