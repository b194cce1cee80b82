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
  queue_arns  = [for queue in values(var.queues) : queue.arn]
  key_arns    = [for key in values(var.keys) : key.arn]
  secret_arns = concat(
    [for secret in values(var.secrets) : secret.secret_arn],
    [for database in values(var.databases) : database.secret_arn],
    [for cache in values(var.caches) : cache.secret_arn],
  )
  # The keys some of the buckets are encrypted with.
  bucket_key_arns = compact([for bucket in values(var.buckets) : bucket.key_arn])

  # What the service was given, nothing else; and no right to delete an object.
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
        Sid      = "ReadSecrets"
        Effect   = "Allow"
        Action   = ["secretsmanager:GetSecretValue"]
        Resource = local.secret_arns
      },
    ],
    length(local.queue_arns) == 0 ? [] : [
      {
        # A consumer deletes the message it has done: that is how SQS learns of it.
        Sid      = "SendAndReceiveMessages"
        Effect   = "Allow"
        Action   = ["sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes"]
        Resource = local.queue_arns
      },
    ],
    length(local.key_arns) == 0 ? [] : [
      {
        Sid      = "EncryptAndDecrypt"
        Effect   = "Allow"
        Action   = ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey"]
        Resource = local.key_arns
      },
    ],
    length(local.bucket_key_arns) == 0 ? [] : [
      {
        # Through S3 only: the key of a bucket is no key for anything else.
        Sid       = "ReadAndWriteEncryptedObjects"
        Effect    = "Allow"
        Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource  = local.bucket_key_arns
        Condition = { StringEquals = { "kms:ViaService" = "s3.${var.location.region}.amazonaws.com" } }
      },
    ],
  )
}

resource "aws_iam_role_policy" "this" {
  # A policy without a statement is refused.
  count = length(merge(var.buckets, var.databases, var.secrets, var.queues, var.caches, var.keys)) > 0 ? 1 : 0

  name   = "what-the-service-uses"
  role   = aws_iam_role.this.id
  policy = jsonencode({ Version = "2012-10-17", Statement = local.statements })
}
