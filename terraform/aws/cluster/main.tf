# Kubernetes keeps its own data encrypted with a key AWS holds; nothing has to be asked for.
resource "aws_eks_cluster" "this" {
  name     = var.name
  version  = var.release
  role_arn = aws_iam_role.cluster.arn
  tags     = var.tags

  # Who did what, and who was let in.
  enabled_cluster_log_types = ["api", "audit", "authenticator"]

  access_config {
    # Rights are given to roles, by AWS, and not in a config map inside the cluster.
    authentication_mode                         = "API"
    bootstrap_cluster_creator_admin_permissions = true
  }

  vpc_config {
    subnet_ids = var.network.private_subnet_ids
    # From inside the network only.
    endpoint_private_access = true
    endpoint_public_access  = false
  }

  upgrade_policy {
    # The dear extension of support is chosen, not slipped into.
    support_type = "STANDARD"
  }

  # A cluster whose role lost its rights first cannot clean up behind itself.
  depends_on = [aws_iam_role_policy_attachment.cluster]
}

resource "aws_eks_node_group" "this" {
  cluster_name    = aws_eks_cluster.this.name
  node_group_name = var.name
  node_role_arn   = aws_iam_role.node.arn
  subnet_ids      = var.network.private_subnet_ids
  instance_types  = [var.size]
  ami_type        = startswith(split(".", var.size)[0], "a1") || can(regex("^[a-z]+[0-9]+g", var.size)) ? "AL2023_ARM_64_STANDARD" : "AL2023_x86_64_STANDARD"
  tags            = var.tags

  launch_template {
    id      = aws_launch_template.node.id
    version = aws_launch_template.node.latest_version
  }

  scaling_config {
    min_size     = var.nodes_min
    max_size     = var.nodes_max
    desired_size = var.nodes_min
  }

  update_config {
    max_unavailable_percentage = 33
  }

  lifecycle {
    # How many there are now is for the autoscaler to say.
    ignore_changes = [scaling_config[0].desired_size]
  }

  depends_on = [aws_iam_role_policy_attachment.node]
}

resource "aws_launch_template" "node" {
  name_prefix = "${var.name}-"
  tags        = var.tags

  metadata_options {
    # IMDSv2, and one hop: a pod does not get at the credentials of its node.
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  block_device_mappings {
    device_name = "/dev/xvda"

    ebs {
      volume_size           = 50
      volume_type           = "gp3"
      encrypted             = true
      delete_on_termination = true
    }
  }
}
