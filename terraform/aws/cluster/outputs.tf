output "id" {
  description = "ARN of the cluster."
  value       = aws_eks_cluster.this.arn
}

output "endpoint" {
  description = "URL of the Kubernetes API, which answers inside the network only."
  value       = aws_eks_cluster.this.endpoint
}

output "access" {
  description = "What it takes to sign in; passed on whole, fields listed in README.md. AWS signs people in by their role: there is no secret in it."
  value = {
    name      = aws_eks_cluster.this.name
    endpoint  = aws_eks_cluster.this.endpoint
    authority = aws_eks_cluster.this.certificate_authority[0].data
    region    = var.location.region
  }
}
