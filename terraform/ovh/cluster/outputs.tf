output "id" {
  description = "Id of the cluster."
  value       = ovh_cloud_project_kube.this.id
}

output "endpoint" {
  description = "URL of the Kubernetes API, which answers the network only."
  value       = ovh_cloud_project_kube.this.url
}

output "access" {
  description = "What it takes to sign in; passed on whole, fields listed in README.md. Holds a kubeconfig with the rights of an administrator."
  sensitive   = true
  value = {
    endpoint   = ovh_cloud_project_kube.this.url
    kubeconfig = ovh_cloud_project_kube.this.kubeconfig
  }

  # Nobody gets in before it is said who may.
  depends_on = [ovh_cloud_project_kube_iprestrictions.this]
}
