# Who the instances are. No access key exists, so none can leak.
resource "aws_iam_role" "this" {
  name_prefix = "${var.name}-"
  description = "Instances of ${var.name}"
  tags        = var.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "ec2.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_instance_profile" "this" {
  name_prefix = "${var.name}-"
  role        = aws_iam_role.this.name
  tags        = var.tags
}

locals {
  bucket_arns = [for bucket in values(var.buckets) : bucket.arn]
  secret_arns = [for database in values(var.databases) : database.secret_arn]

  # These buckets and these secrets, nothing else; and no right to delete.
  statements = concat(
    length(local.bucket_arns) == 0 ? [] : [
      {
        Sid      = "ListBuckets"
        Effect   = "Allow"
        Action   = ["s3:ListBucket"]
        Resource = local.bucket_arns
      },
      {
        Sid      = "ReadAndWriteObjects"
        Effect   = "Allow"
        Action   = ["s3:GetObject", "s3:PutObject"]
        Resource = [for arn in local.bucket_arns : "${arn}/*"]
      },
    ],
    length(local.secret_arns) == 0 ? [] : [
      {
        Sid      = "ReadDatabasePasswords"
        Effect   = "Allow"
        Action   = ["secretsmanager:GetSecretValue"]
        Resource = local.secret_arns
      },
    ],
  )
}

resource "aws_iam_role_policy" "this" {
  # A policy without a statement is refused.
  count = length(var.buckets) + length(var.databases) > 0 ? 1 : 0

  name   = "what-the-service-uses"
  role   = aws_iam_role.this.id
  policy = jsonencode({ Version = "2012-10-17", Statement = local.statements })
}
